import { type Directory, policyIssuer, tenantIssuer } from "../directory.ts";
import type { SigningKey } from "../signing-key.ts";

/**
 * The OpenID Connect discovery document of the tenant (`policy` undefined) or of one B2C policy. Issuers are named after
 * the https listener whichever one was asked; endpoints lead back to the one that was.
 */
export function discoveryDocument(
  directory: Directory,
  origin: string,
  policy: string | undefined,
): object {
  const { tenantId, tenantName } = directory.identity;
  const base =
    policy === undefined
      ? `${origin}/${tenantId}`
      : `${origin}/${tenantName}.onmicrosoft.com/${policy.toLowerCase()}`;
  return {
    issuer: policy === undefined ? tenantIssuer(directory) : policyIssuer(directory),
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    // Azure AD B2C has no device code.
    ...(policy === undefined && {
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    }),
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ["query", "fragment", "form_post"],
    response_types_supported: ["code", "code id_token", "id_token"],
    scopes_supported: ["openid", "profile", "offline_access"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported:
      policy === undefined
        ? ["client_secret_post", "private_key_jwt", "client_secret_basic"]
        : ["client_secret_post", "client_secret_basic"],
    code_challenge_methods_supported: ["S256"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "name", "oid", "tid", "ver"],
    ...(policy === undefined
      ? { tenant_region_scope: "EU", cloud_instance_name: "localhost" }
      : {}),
  };
}

export const jwksDocument = (key: SigningKey): object => ({ keys: [key.publicJwk] });
