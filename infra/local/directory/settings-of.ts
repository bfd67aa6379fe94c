import { type Directory, policyIssuer, tenantIssuer } from "./directory.ts";
import { backendSecret, keysUri, resourceUri } from "./seed.ts";
import { discoveryDocument } from "./sign-in/discovery.ts";
import { OPERATOR_ROLE, SIGN_IN_POLICY, SUBSCRIPTION_CLAIM } from "./sign-in/users.ts";

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
    ...(b2c && { CUSTOMER_POLICIES: SIGN_IN_POLICY }),
    SUBSCRIPTION_CLAIM,
    // The sign-up flow here verifies every address; at Entra `xms_edov` says so of each.
    ...(b2c ? { CUSTOMER_EMAIL_PROOF: "issuer" } : { CUSTOMER_EMAIL_CLAIM: "email" }),
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
    KEYS_APP_ID: identity.keys.appId,
    KEYS_ROTATE_ROLE_ID: identity.rotateRoleId,
    KEYS_SCOPE: `${keysUri(directory)}/.default`,
    // The page where an administrator consents, as the portal would be.
    ADMIN_CONSENT_URL: `${place.origin}/consent/{appId}`,
    RESOURCE_SCOPE: `${resourceUri(directory)}/.default`,
    CUSTOMER_AUDIENCE: identity.portal.appId,
    OPERATOR_AUDIENCE: identity.operator.appId,
    OPERATOR_CLIENTS: identity.operator.appId,
    ...portalSettings(directory, place.origin),
  };
}

/**
 * How the portal signs people in. Its library takes only https authorities, and a browser does not trust this one's certificate:
 * so the discovery documents are given inline, naming the plain endpoints, and nobody meets a certificate warning.
 */
function portalSettings(directory: Directory, origin: string): Record<string, string> {
  const { identity, flavour } = directory;
  const policy = flavour === "b2c" ? SIGN_IN_POLICY : undefined;
  const authority = (path: string) => `${directory.secureOrigin()}/${path}`;
  const metadata = (userFlow: string | undefined) =>
    JSON.stringify(discoveryDocument(directory, origin, userFlow));
  const portalUri = `https://${identity.tenantName}.onmicrosoft.com/portal`;
  return {
    PORTAL_CLIENT_ID: identity.portal.appId,
    PORTAL_AUTHORITY: authority(
      policy ? `${identity.tenantName}.onmicrosoft.com/${policy.toLowerCase()}` : identity.tenantId,
    ),
    PORTAL_SCOPES: `${portalUri}/clients.read,${portalUri}/clients.write`,
    PORTAL_AUTHORITY_METADATA: metadata(policy),
    PORTAL_OPERATOR_CLIENT_ID: identity.operator.appId,
    PORTAL_OPERATOR_AUTHORITY: authority(identity.tenantId),
    PORTAL_OPERATOR_SCOPES: `${identity.operator.appId}/.default`,
    PORTAL_OPERATOR_AUTHORITY_METADATA: metadata(undefined),
  };
}
