import { randomUUID } from "node:crypto";
import {
  type Directory,
  GRAPH_AUDIENCE,
  graphIssuer,
  policyIssuer,
  tenantIssuer,
} from "../directory.ts";
import { GLOBAL_ADMINISTRATOR } from "../graph/caller.ts";
import { signToken } from "../signing-key.ts";

/** The people of the local tenant: two customers and the company's administrator. */
export type UserName = "ann" | "bob" | "olga";

interface CustomerProfile {
  readonly kind: "customer";
  readonly name: string;
  readonly email: string;
  readonly subscriptionId: string;
}
interface OperatorProfile {
  readonly kind: "operator";
  readonly name: string;
  readonly email: string;
}

export const USERS: Readonly<Record<UserName, CustomerProfile | OperatorProfile>> = {
  ann: {
    kind: "customer",
    name: "Ann Contoso",
    email: "ann@contoso.example",
    subscriptionId: "contoso",
  },
  bob: {
    kind: "customer",
    name: "Bob Fabrikam",
    email: "bob@fabrikam.example",
    subscriptionId: "fabrikam",
  },
  olga: { kind: "operator", name: "Olga Operator", email: "olga@latchkey.example" },
};

export const isUserName = (text: string): text is UserName => Object.hasOwn(USERS, text);

export const SUBSCRIPTION_CLAIM = "extension_subscriptionId";
export const OPERATOR_ROLE = "Consent.Approve";
export const LOOKUP_ROLE = "Clients.Lookup";
export const ROTATE_ROLE = "keys.rotate";
const CUSTOMER_SCOPES = "clients.read clients.write";
export const SIGN_IN_POLICY = "B2C_1_signin";

export const USER_TOKEN_SECONDS = 86_400;

/** Who issues a person's tokens, in which flavour, and for which application. */
export function issuerOf(directory: Directory, who: UserName) {
  const { identity, keys } = directory;
  const operator = USERS[who].kind === "operator";
  const byPolicy = !operator && directory.flavour === "b2c";
  return {
    issuer: byPolicy ? policyIssuer(directory) : tenantIssuer(directory),
    key: byPolicy ? keys.policy : keys.tenant,
    audience: operator ? identity.operator.appId : identity.portal.appId,
  };
}

/**
 * An access token for the service's own API, as a browser would have got it.
 *
 * @param options.claims written over the others, so that a test can make a token that must be refused
 */
export function userAccessToken(
  directory: Directory,
  who: UserName,
  options: {
    readonly lifetimeSeconds?: number | undefined;
    readonly claims?: object | undefined;
  } = {},
): Promise<string> {
  const { issuer, key, audience } = issuerOf(directory, who);
  const profile = USERS[who];
  const at = Math.floor(Date.now() / 1_000);
  return signToken(key, {
    iss: issuer,
    aud: audience,
    ...personClaims(directory, who, at, options.lifetimeSeconds ?? USER_TOKEN_SECONDS),
    azp: audience,
    ...(profile.kind === "operator"
      ? { roles: [OPERATOR_ROLE], scp: "access_as_operator" }
      : {
          scp: CUSTOMER_SCOPES,
          [SUBSCRIPTION_CLAIM]: profile.subscriptionId,
          // What a user flow returns is in access tokens too; Entra has the two as optional claims of the API's registration.
          ...(directory.flavour === "b2c"
            ? { emails: [profile.email] }
            : { email: profile.email, xms_edov: true }),
        }),
    ...options.claims,
  });
}

/** The ID token that goes to the browser together with it. */
export function userIdToken(
  directory: Directory,
  who: UserName,
  options: { readonly clientId: string; readonly nonce?: string | undefined },
): Promise<string> {
  const { issuer, key } = issuerOf(directory, who);
  const profile = USERS[who];
  const at = Math.floor(Date.now() / 1_000);
  return signToken(key, {
    iss: issuer,
    aud: options.clientId,
    ...personClaims(directory, who, at, 3_600),
    ...(options.nonce === undefined ? {} : { nonce: options.nonce }),
    preferred_username: profile.email,
    emails: [profile.email],
    ...(profile.kind === "operator"
      ? { roles: [OPERATOR_ROLE] }
      : { [SUBSCRIPTION_CLAIM]: profile.subscriptionId }),
  });
}

function personClaims(
  directory: Directory,
  who: UserName,
  at: number,
  lifetimeSeconds: number,
): object {
  const customer = USERS[who].kind === "customer";
  return {
    iat: at,
    nbf: at,
    exp: at + lifetimeSeconds,
    auth_time: at,
    sub: directory.identity.users[who],
    oid: directory.identity.users[who],
    tid: directory.identity.tenantId,
    name: USERS[who].name,
    ...(customer && directory.flavour === "b2c" ? { tfp: SIGN_IN_POLICY } : {}),
    ver: customer && directory.flavour === "b2c" ? "1.0" : "2.0",
    jti: randomUUID(),
  };
}

/** A delegated Graph token of the administrator: what a person in the portal, or a set-up script, holds. */
export function administratorGraphToken(directory: Directory): Promise<string> {
  const at = Math.floor(Date.now() / 1_000);
  const { users, tenantId } = directory.identity;
  return signToken(directory.keys.tenant, {
    aud: GRAPH_AUDIENCE,
    iss: graphIssuer(directory),
    iat: at,
    nbf: at,
    exp: at + USER_TOKEN_SECONDS,
    oid: users.olga,
    sub: users.olga,
    tid: tenantId,
    name: USERS.olga.name,
    upn: USERS.olga.email,
    appid: "14d82eec-204b-4c2f-b7e8-296a70dab67e",
    idtyp: "user",
    scp: "Application.ReadWrite.All AppRoleAssignment.ReadWrite.All Directory.AccessAsUser.All",
    wids: [GLOBAL_ADMINISTRATOR],
    ver: "1.0",
  });
}
