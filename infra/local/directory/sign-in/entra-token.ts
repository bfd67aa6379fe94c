import { randomUUID } from "node:crypto";
import * as z from "zod";
import { applicationOf, servicePrincipalOf } from "../applications/find-application.ts";
import { type Directory, GRAPH_AUDIENCE, graphIssuer, tenantIssuer } from "../directory.ts";
import { grantedRoles, type Resource, resourceOf } from "../principals/granted-roles.ts";
import { signToken } from "../signing-key.ts";
import type { ApplicationRecord } from "../state.ts";
import { ASSERTION_TYPE, checkAssertion } from "./client-assertion.ts";
import { checkSecret, presentedClient } from "./client-secret.ts";
import type { TokenForm } from "./token-form.ts";
import { entraError, type TokenReply } from "./token-reply.ts";

/** A token request as it reached an endpoint. */
export interface TokenRequest {
  readonly form: TokenForm;
  readonly authorization: string | undefined;
  /** The URL that was called: what a client that signs its own assertion names as the audience. */
  readonly endpoint: string;
  /** Of the listener that was asked. */
  readonly origin: string;
  /** Of the page that asks, as its browser says; programs send none. */
  readonly pageOrigin: string | undefined;
}

const LIFETIME_SECONDS = 3_600;
const Challenge = z.object({ access_token: z.object({ nbf: z.object({ value: z.string() }) }) });

/** Client credentials at `/{tenant}/oauth2/v2.0/token`: roles come from the granted app role assignments. */
export async function entraClientCredentials(
  directory: Directory,
  request: TokenRequest,
): Promise<TokenReply> {
  const { form } = request;
  const { clientId, secret } = presentedClient(form, request.authorization);
  if (!clientId) {
    return entraError(
      400,
      "invalid_request",
      900144,
      "The request body must contain the following parameter: 'client_id'.",
    );
  }
  const client = applicationOf(directory, clientId);
  if (!client) {
    return entraError(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier '${clientId}' was not found in the directory 'Latchkey local tenant'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`,
    );
  }
  const refusal = await refuseClient(directory, client, secret, request);
  if (refusal) return refusal;
  if (client.object.isDisabled) {
    return entraError(
      400,
      "unauthorized_client",
      7000112,
      `Application '${clientId}'(${client.object.displayName}) is disabled.`,
    );
  }
  // "From March 2026" (Microsoft Learn, "Service principal-less authentication mitigation"); recorded in openclaw-teams-setup#3.
  if (!servicePrincipalOf(directory, clientId)) {
    return entraError(
      401,
      "invalid_client",
      7000229,
      `The client application ${clientId} is missing service principal in the tenant ${directory.identity.tenantId}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119`,
    );
  }
  const resource = wantedResource(directory, form.get("scope"));
  if ("status" in resource) return resource;
  const roles = grantedRoles(directory, clientId, resource);
  const principal = resource.principal.object;
  if (roles.length === 0 && principal.appRoleAssignmentRequired) {
    return entraError(
      400,
      "invalid_grant",
      501051,
      `Application '${clientId}'(${client.object.displayName}) is not assigned to a role for the application '${principal.appId}'(${principal.displayName}).`,
    );
  }
  const id = randomUUID();
  const claims = claimsOf(directory, client, resource, roles, secret === undefined ? "2" : "1");
  const token = await signToken(directory.keys.tenant, { ...claims, uti: id });
  directory.faults.tokenIssued(id, answersChallenge(form));
  return {
    status: 200,
    body: {
      token_type: "Bearer",
      expires_in: LIFETIME_SECONDS - 1,
      ext_expires_in: LIFETIME_SECONDS - 1,
      access_token: token,
    },
  };
}

/** Whether it was asked for with the claims of a challenge (`{"access_token":{"nbf":…}}`). */
function answersChallenge(form: TokenForm): boolean {
  try {
    return Challenge.safeParse(JSON.parse(form.get("claims") ?? "")).success;
  } catch {
    return false;
  }
}

async function refuseClient(
  directory: Directory,
  client: ApplicationRecord,
  secret: string | undefined,
  request: TokenRequest,
): Promise<TokenReply | undefined> {
  const { form } = request;
  const { appId } = client.object;
  const assertion = form.get("client_assertion");
  if (assertion !== undefined && form.get("client_assertion_type") === ASSERTION_TYPE) {
    return checkAssertion(
      client,
      assertion,
      [request.endpoint, tenantIssuer(directory)],
      directory.authority,
    );
  }
  if (!secret) {
    return entraError(
      401,
      "invalid_client",
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  switch (checkSecret(client, secret, directory.faults.current.secretLagMs)) {
    case "valid":
      return undefined;
    case "expired":
      return entraError(
        401,
        "invalid_client",
        7000222,
        `The provided client secret keys for app '${appId}' are expired.`,
      );
    case "wrong":
      return entraError(
        401,
        "invalid_client",
        7000215,
        `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${appId}'.`,
      );
  }
}

const SUFFIX = "/.default";
/** Scopes of OpenID Connect mean nothing here and are passed over: MSAL for Java sends them with every request. */
const PASSED_OVER = new Set(["openid", "profile", "offline_access"]);

function wantedResource(directory: Directory, wanted: string | undefined): Resource | TokenReply {
  const scopes = (wanted ?? "").split(" ").filter((one) => one !== "");
  const scope = scopes.filter((one) => !PASSED_OVER.has(one)).join(" ") || scopes.join(" ");
  if (!scope) {
    return entraError(
      400,
      "invalid_request",
      900144,
      "The request body must contain the following parameter: 'scope'.",
    );
  }
  if (!scope.endsWith(SUFFIX) || scope.includes(" ")) {
    return entraError(
      400,
      "invalid_scope",
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  const name = scope.slice(0, -SUFFIX.length);
  return (
    resourceOf(directory, name) ??
    entraError(
      400,
      "invalid_resource",
      500011,
      `The resource principal named ${name} was not found in the tenant named Latchkey local tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`,
    )
  );
}

/** `azpacr`/`appidacr`: "1" for a secret, "2" for a certificate or federated assertion. */
function claimsOf(
  directory: Directory,
  client: ApplicationRecord,
  resource: Resource,
  roles: readonly string[],
  strength: "1" | "2",
): object {
  const { appId } = client.object;
  const objectId = servicePrincipalOf(directory, appId)?.id;
  const at = Math.floor(Date.now() / 1_000);
  const common = {
    iat: at,
    nbf: at,
    exp: at + LIFETIME_SECONDS,
    ...(objectId === undefined ? {} : { oid: objectId }),
    sub: objectId ?? appId,
    tid: directory.identity.tenantId,
    ...(roles.length > 0 ? { roles } : {}),
  };
  return resource.isGraph
    ? {
        aud: GRAPH_AUDIENCE,
        iss: graphIssuer(directory),
        ...common,
        app_displayname: client.object.displayName,
        appid: appId,
        appidacr: strength,
        idtyp: "app",
        ver: "1.0",
      }
    : {
        aud: resource.appId,
        iss: tenantIssuer(directory),
        ...common,
        azp: appId,
        azpacr: strength,
        ver: "2.0",
      };
}
