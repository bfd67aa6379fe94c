import { randomUUID } from "node:crypto";
import { applicationOf, servicePrincipalOf } from "../applications/find-application.ts";
import { type Directory, policyIssuer } from "../directory.ts";
import { grantedRoles, type Resource, resourceOf } from "../principals/granted-roles.ts";
import { signToken } from "../signing-key.ts";
import type { ApplicationRecord } from "../state.ts";
import { checkSecret, presentedClient } from "./client-secret.ts";
import type { TokenRequest } from "./entra-token.ts";
import { policyError, type TokenReply } from "./token-reply.ts";

const LIFETIME_SECONDS = 3_600;

const INTERNAL =
  "The service has encountered an internal error. Please reauthenticate and try again.";

/**
 * Client credentials at `/{tenant}/{policy}/oauth2/v2.0/token`. A B2C policy puts the granted app roles into `scp`; a
 * client nobody has consented to gets a token without that claim. Every error is a 400.
 */
export async function policyClientCredentials(
  directory: Directory,
  policy: string,
  request: TokenRequest,
): Promise<TokenReply> {
  const { form } = request;
  // Reported: a policy does not read the client's secret from this header, and says no more than this.
  if (/^Basic /i.test(request.authorization ?? ""))
    return policyError("invalid_grant", "AADB2C90085", INTERNAL);
  const { clientId, secret } = presentedClient(form, undefined);
  if (!clientId) return missing("client_id");
  const client = applicationOf(directory, clientId);
  const { tenantName } = directory.identity;
  const domain = `${tenantName}.onmicrosoft.com`;
  if (!client) {
    return policyError(
      "invalid_client",
      "AADB2C90018",
      `The client id '${clientId}' specified in the request is not registered in tenant '${domain}'.`,
    );
  }
  if (form.has("client_assertion")) {
    return policyError(
      "invalid_request",
      "AADB2C99027",
      `Policy '${policy}' does not contain a AuthorizationTechnicalProfile with a corresponding ClientAssertionType.`,
    );
  }
  if (!secret) {
    return policyError(
      "invalid_request",
      "AADB2C90079",
      "Clients must send a client_secret when redeeming a confidential grant.",
    );
  }
  if (checkSecret(client, secret, directory.faults.current.secretLagMs) !== "valid") {
    return policyError(
      "invalid_client",
      "AADB2C90081",
      "The specified client_secret does not match the expected value for this client. Please correct the client_secret and try again.",
    );
  }
  if (client.object.isDisabled) {
    return policyError(
      "unauthorized_client",
      "AADB2C90092",
      `The provided application with ID '${clientId}' is disabled for the tenant '${domain}'. Please enable the application and try again.`,
    );
  }
  const resource = wantedResource(directory, form.get("scope"));
  if ("status" in resource) return resource;
  // Seen with organization-only registrations; the documents do not settle it, so it is how this stand-in decides.
  if (client.object.signInAudience !== "AzureADandPersonalMicrosoftAccount") {
    return policyError("invalid_grant", "AADB2C90085", INTERNAL);
  }
  return success(directory, policy, client, resource);
}

const missing = (name: string): TokenReply =>
  policyError(
    "invalid_request",
    "AADB2C90083",
    `The request is missing required parameter: ${name}.`,
  );

const SUFFIX = "/.default";

function wantedResource(directory: Directory, scope: string | undefined): Resource | TokenReply {
  if (!scope?.trim()) return missing("scope");
  const scopes = scope.trim().split(/\s+/);
  const [first = ""] = scopes;
  if (scopes.length > 1) {
    return policyError(
      "invalid_request",
      "AADB2C90146",
      `The scope '${scope}' provided in request specifies more than one resource for an access token, which is not supported.`,
    );
  }
  if (!first.includes("/")) {
    return policyError(
      "invalid_request",
      "AADB2C90055",
      `The scope '${scope}' provided in request must specify a resource, such as 'https://example.com/calendar.read'.`,
    );
  }
  if (!first.endsWith(SUFFIX)) {
    return policyError(
      "invalid_request",
      "AADB2C90117",
      `The scope '${scope}' provided in the request is not supported.`,
    );
  }
  const resource = resourceOf(directory, first.slice(0, -SUFFIX.length));
  return resource && !resource.isGraph
    ? resource
    : policyError("invalid_grant", "AADB2C90085", INTERNAL);
}

async function success(
  directory: Directory,
  policy: string,
  client: ApplicationRecord,
  resource: Resource,
): Promise<TokenReply> {
  const { appId } = client.object;
  const roles = grantedRoles(directory, appId, resource);
  const principal = servicePrincipalOf(directory, appId);
  const at = Math.floor(Date.now() / 1_000);
  const token = await signToken(directory.keys.policy, {
    aud: resource.appId,
    iss: policyIssuer(directory),
    exp: at + LIFETIME_SECONDS,
    nbf: at,
    iat: at,
    sub: appId,
    tid: directory.identity.tenantId,
    tfp: policy,
    correlationId: randomUUID(),
    ...(roles.length > 0 ? { scp: roles.join(" ") } : {}),
    azpacr: "1",
    ...(principal ? { oid: principal.id } : {}),
    ver: "2.0",
    azp: appId,
  });
  return {
    status: 200,
    body: {
      access_token: token,
      token_type: "Bearer",
      not_before: at,
      expires_in: LIFETIME_SECONDS,
      expires_on: at + LIFETIME_SECONDS,
      resource: resource.appId,
    },
  };
}
