import { type Directory, policyIssuer, tenantIssuer } from "./directory.ts";
import { backendSecret, resourceUri } from "./seed.ts";
import { OPERATOR_ROLE, SIGN_IN_POLICY, SUBSCRIPTION_CLAIM } from "./users.ts";

/**
 * The settings with which the product finds this tenant. In a pristine one nothing is registered yet, so there only the
 * tenant itself can be named.
 */
export function settingsOf(
  directory: Directory,
  place: { readonly origin: string; readonly authorityFile: string; readonly pristine: boolean },
): Record<string, string> {
  const { identity, flavour } = directory;
  const secure = directory.secureOrigin();
  const b2c = flavour === "b2c";
  const policyPath = `${identity.tenantName}.onmicrosoft.com/${SIGN_IN_POLICY.toLowerCase()}`;
  const tenantMetadata = `${secure}/${identity.tenantId}/v2.0/.well-known/openid-configuration`;
  const tenant = {
    DIRECTORY_TENANT_ID: identity.tenantId,
    DIRECTORY_AUTHORITY: secure,
    GRAPH_BASE_URL: secure,
    NODE_EXTRA_CA_CERTS: place.authorityFile,
    TOKEN_ENDPOINT: b2c
      ? `${place.origin}/${policyPath}/oauth2/v2.0/token`
      : `${place.origin}/${identity.tenantId}/oauth2/v2.0/token`,
    CUSTOMER_ISSUER: b2c ? policyIssuer(directory) : tenantIssuer(directory),
    CUSTOMER_METADATA_URL: b2c
      ? `${secure}/${policyPath}/v2.0/.well-known/openid-configuration`
      : tenantMetadata,
    SUBSCRIPTION_CLAIM,
    OPERATOR_ISSUER: tenantIssuer(directory),
    OPERATOR_METADATA_URL: tenantMetadata,
    OPERATOR_ROLE,
  };
  if (place.pristine) return tenant;
  return {
    ...tenant,
    DIRECTORY_CLIENT_ID: identity.backend.appId,
    DIRECTORY_CREDENTIAL: "secret",
    DIRECTORY_CLIENT_SECRET: backendSecret(directory),
    RESOURCE_APP_ID: identity.resource.appId,
    APP_READ_ROLE_ID: identity.readRoleId,
    APP_WRITE_ROLE_ID: identity.writeRoleId,
    RESOURCE_SCOPE: `${resourceUri(directory)}/.default`,
    CUSTOMER_AUDIENCE: identity.portal.appId,
    OPERATOR_AUDIENCE: identity.operator.appId,
  };
}
