import * as z from "zod";
import { done, type Outcome, refused } from "../../shared/base/outcome.ts";
import { ROTATE_ROLE } from "../../shared/clients/client.ts";
import type { AuthenticationRefusal } from "./authenticate.ts";

/**
 * What a verified token must say besides who signed it for whom: who it was issued to, and how. Pure, on claims whose
 * signature, issuer, audience and lifetime have been checked.
 */
export interface TokenRules {
  /** The delegated scope of operators' tokens, which only an administrator can consent to. */
  readonly operatorScope: string;
  /** Client ids of the applications through which operators may call; none named: any. */
  readonly operatorClients: readonly string[];
  /** Client ids of applications that may call as an operator by themselves; none named: none. */
  readonly operatorApps: readonly string[];
  /** User flows and policies that customers may sign in with, in lower case; none named: any. */
  readonly customerPolicies: readonly string[];
}

type Claims = Readonly<Record<string, unknown>>;

const Text = z.string().min(1);
/**
 * The application an access token was issued to (v2.0 `azp`, v1.0 `appid`). An ID token has the same issuer, audience, keys and
 * even roles, but not this; it is for the page that signed the person in, not for an API (RFC 8725, 3.12).
 */
const IssuedTo = z.union([
  z.object({ azp: Text }).transform(({ azp }) => azp.toLowerCase()),
  z.object({ appid: Text }).transform(({ appid }) => appid.toLowerCase()),
]);
const Scopes = z.object({ scp: z.string() }).transform(({ scp }) => scp.split(" "));
const Roles = z.object({ roles: z.array(z.string()) }).transform(({ roles }) => roles);
/** B2C names the flow in `tfp` or, by a policy's setting, in `acr`. */
const Policy = z.union([
  z.object({ tfp: Text }).transform(({ tfp }) => tfp.toLowerCase()),
  z.object({ acr: Text }).transform(({ acr }) => acr.toLowerCase()),
]);

/**
 * An app that acts for itself has no `scp` at Entra, or says so (`idtyp`); B2C writes the app's roles into `scp`, and the
 * app as `sub`.
 */
export const isAppOwn = (claims: Claims): boolean =>
  claims["idtyp"] === "app" ||
  claims["scp"] === undefined ||
  (claims["sub"] !== undefined && claims["sub"] === claims["azp"]);

const hasRole = (claims: Claims, role: string): boolean =>
  Roles.safeParse(claims).data?.includes(role) ?? false;

const hasScope = (claims: Claims, scope: string): boolean =>
  Scopes.safeParse(claims).data?.includes(scope) ?? false;

const invalid: AuthenticationRefusal = { reason: "unauthenticated", presented: true };

/** What keeps a customers' token from being used for the scope. */
export function refusalOfCustomer(
  claims: Claims,
  scope: "clients.read" | "clients.write",
  { customerPolicies }: TokenRules,
): AuthenticationRefusal | undefined {
  if (!hasScope(claims, scope)) return { reason: "missing-scope", scope };
  if (customerPolicies.length === 0) return undefined;
  const policy = Policy.safeParse(claims).data;
  return policy !== undefined && customerPolicies.includes(policy)
    ? undefined
    : { reason: "user-flow-not-allowed" };
}

/** What keeps an operators' token from being used: it is a person's, through an application that is named, with the role. */
export function refusalOfOperator(
  claims: Claims,
  role: string,
  rules: TokenRules,
): AuthenticationRefusal | undefined {
  const issuedTo = IssuedTo.safeParse(claims).data;
  if (issuedTo === undefined) return invalid;
  if (isAppOwn(claims)) {
    if (!rules.operatorApps.includes(issuedTo))
      return { reason: "missing-scope", scope: rules.operatorScope };
  } else {
    if (!hasScope(claims, rules.operatorScope))
      return { reason: "missing-scope", scope: rules.operatorScope };
    if (rules.operatorClients.length > 0 && !rules.operatorClients.includes(issuedTo))
      return { reason: "application-not-allowed" };
  }
  return hasRole(claims, role) ? undefined : { reason: "missing-role", role };
}

/** The app role of who may look up whose a client is. */
export const LOOKUP_ROLE = "Clients.Lookup";

/** What keeps a token from looking clients up: it is an application's own, with the role. */
export function refusalOfLookup(claims: Claims): AuthenticationRefusal | undefined {
  if (!IssuedTo.safeParse(claims).success) return invalid;
  return isAppOwn(claims) && hasRole(claims, LOOKUP_ROLE)
    ? undefined
    : { reason: "missing-role", role: LOOKUP_ROLE };
}

const OwnIssuer = z.object({ iss: Text });

/**
 * The client to which a token for the service's own API was issued, with the role. Entra writes an application's roles into `roles`, and
 * what stands there beside a scope is a person's; B2C writes them into `scp`. That API exposes no scope, and no person signs in through a
 * client that was made here: it has no address to come back to.
 */
export function rotatingClient(
  claims: Claims,
): Outcome<{ readonly appId: string; readonly issuer?: string }, AuthenticationRefusal> {
  const appId = z.guid().safeParse(IssuedTo.safeParse(claims).data).data;
  if (appId === undefined) return refused(invalid);
  const has = claims["scp"] === undefined ? hasRole : hasScope;
  if (claims["idtyp"] === "user" || !has(claims, ROTATE_ROLE))
    return refused({ reason: "missing-role", role: ROTATE_ROLE });
  const issuer = OwnIssuer.safeParse(claims).data?.iss;
  return done({ appId, ...(issuer !== undefined && { issuer }) });
}
