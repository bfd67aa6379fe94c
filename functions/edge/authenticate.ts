import * as z from "zod";
import { done, type Outcome, refused } from "../../shared/base/outcome.ts";
import type { Actor } from "../../shared/clients/actor.ts";
import type { Access, Customer, Operator } from "./caller.ts";

export type AuthenticationRefusal =
  | { readonly reason: "unauthenticated" }
  | { readonly reason: "missing-scope"; readonly scope: string }
  | { readonly reason: "missing-role"; readonly role: string }
  | { readonly reason: "no-subscription"; readonly claim: string };

export interface AuthenticateDeps {
  /** Claims of a token that is valid for customers, or nothing. */
  readonly customerToken: (token: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  readonly operatorToken: (token: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  readonly subscriptionClaim: string;
  readonly operatorRole: string;
}

/** RFC 6750: the scheme is not case-sensitive, the token is one word. Longer than any real token is refused unread. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]{1,8192}=*)$/i;

/**
 * Exactly as the issuer wrote it: trimming would make one subscription of two, and half a surrogate pair has no UTF-8, so
 * that two of them would share a key in the records.
 */
const Subscription = z
  .string()
  .max(128)
  .refine(
    (name) => name.trim() === name && name !== "" && !/\p{Cc}|\p{Cs}|\p{Zl}|\p{Zp}/u.test(name),
  );
const Scopes = z.object({ scp: z.string() }).transform(({ scp }) => scp.split(" "));
const Roles = z.object({ roles: z.array(z.string()) }).transform(({ roles }) => roles);
/**
 * Names the application an access token was issued to (v2.0 `azp`, v1.0 `appid`). An ID token has the same issuer, audience,
 * keys and even roles, but not this; it is for the page that signed the person in, not for an API (RFC 8725, 3.12).
 */
const AccessToken = z.union([
  z.object({ azp: z.string().min(1) }),
  z.object({ appid: z.string().min(1) }),
]);
const MAX_PERSON = 120;
/**
 * People may choose their own name at their issuer, and it is read by administrators in alerts: one line, so that it cannot
 * look like a line of ours, and no longer than a name.
 */
const text = z
  .string()
  .transform((value) =>
    value.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, " ").trim(),
  )
  .transform((value) => [...value].slice(0, MAX_PERSON).join("") || undefined)
  .optional()
  .catch(undefined);
const Person = z.object({ sub: text, oid: text, name: text });
const id = z.string().min(1).max(255).optional().catch(undefined);
/** Whole, unlike a name: half of an id is somebody else's. */
const Identity = z.object({ iss: id, oid: id, sub: id, azp: id, idtyp: id, name: text });

/**
 * An app that acts for itself has no `scp` at Entra, or says so (`idtyp`); B2C writes the app's roles into `scp`, and the
 * app as `sub`.
 */
function actorOf(
  claims: Readonly<Record<string, unknown>>,
  person: "customer" | "operator",
): Actor {
  const { iss, oid, sub, azp, idtyp, name } = Identity.parse(claims);
  const isApp =
    idtyp === "app" || claims["scp"] === undefined || (sub !== undefined && sub === azp);
  const subject = oid ?? sub;
  return {
    kind: isApp ? "client" : person,
    ...(iss !== undefined && { issuer: iss }),
    ...(subject !== undefined && { subject }),
    ...(name !== undefined && { displayName: name }),
  };
}

export async function authenticateCustomer(
  deps: AuthenticateDeps,
  authorization: string | null,
  scope: Extract<Access, "clients.read" | "clients.write">,
): Promise<Outcome<Customer, AuthenticationRefusal>> {
  const token = BEARER.exec(authorization ?? "")?.[1];
  const claims = token && (await deps.customerToken(token));
  if (!claims) return refused({ reason: "unauthenticated" });
  const scopes = Scopes.safeParse(claims);
  if (!scopes.success || !scopes.data.includes(scope))
    return refused({ reason: "missing-scope", scope });
  const subscription = Subscription.safeParse(claims[deps.subscriptionClaim]);
  if (!subscription.success)
    return refused({ reason: "no-subscription", claim: deps.subscriptionClaim });
  const person = Person.safeParse(claims).data;
  const name = person?.name ?? person?.oid ?? person?.sub ?? "unknown";
  const actor = actorOf(claims, "customer");
  return done({ kind: "customer", subscription: subscription.data, name, actor });
}

export async function authenticateOperator(
  deps: AuthenticateDeps,
  authorization: string | null,
): Promise<Outcome<Operator, AuthenticationRefusal>> {
  const token = BEARER.exec(authorization ?? "")?.[1];
  const claims = token && (await deps.operatorToken(token));
  if (!claims || !AccessToken.safeParse(claims).success)
    return refused({ reason: "unauthenticated" });
  const roles = Roles.safeParse(claims);
  if (!roles.success || !roles.data.includes(deps.operatorRole))
    return refused({ reason: "missing-role", role: deps.operatorRole });
  const person = Person.safeParse(claims).data;
  const actor = actorOf(claims, "operator");
  return done({ kind: "operator", id: person?.oid ?? person?.sub ?? "unknown", actor });
}
