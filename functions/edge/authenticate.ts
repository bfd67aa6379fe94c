import * as z from "zod";
import { done, type Outcome, refused } from "../../shared/base/outcome.ts";
import type { Actor } from "../../shared/clients/actor.ts";
import { tidyName } from "../../shared/clients/names/plain-name.ts";
import { personOf } from "../../shared/clients/person.ts";
import type { Watcher } from "../../shared/clients/watch.ts";
import type { Access, Application, Customer, Operator } from "./caller.ts";
import {
  isAppOwn,
  refusalOfCustomer,
  refusalOfLookup,
  refusalOfOperator,
  type TokenRules,
} from "./token-rules.ts";
import { type EmailRule, verifiedEmail } from "./verified-email.ts";

export type AuthenticationRefusal =
  | {
      readonly reason: "unauthenticated";
      /** Whether a bearer token was sent at all. */
      readonly presented: boolean;
    }
  | { readonly reason: "missing-scope"; readonly scope: string }
  | { readonly reason: "missing-role"; readonly role: string }
  | { readonly reason: "application-not-allowed" }
  | { readonly reason: "user-flow-not-allowed" }
  | { readonly reason: "no-subscription"; readonly claim: string };

export interface AuthenticateDeps {
  /** Claims of a token that is valid for customers, or nothing. */
  readonly customerToken: (token: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  readonly operatorToken: (token: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  readonly subscriptionClaim: string;
  readonly email: EmailRule;
  readonly operatorRole: string;
  readonly rules: TokenRules;
}

/** RFC 6750: the scheme is not case-sensitive, the token is one word. Longer than any real token is refused unread. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]{1,8192}=*)$/i;
/** Whatever else it is, it was meant as a token. */
const ANY_BEARER = /^Bearer\b/i;

/**
 * Exactly as the issuer wrote it: trimming would make one subscription of two, and half a surrogate pair has no UTF-8, so
 * that two of them would share a key in the records.
 */
export const SubscriptionName = z
  .string()
  .max(128)
  .refine(
    (name) => name.trim() === name && name !== "" && !/\p{Cc}|\p{Cs}|\p{Zl}|\p{Zp}/u.test(name),
  );
const MAX_PERSON = 120;
/**
 * People may choose their own name at their issuer, and it is read by administrators in alerts: one line, so that it cannot
 * look like a line of ours, and no longer than a name.
 */
const text = z
  .string()
  .transform(tidyName)
  .transform((value) => [...value].slice(0, MAX_PERSON).join("") || undefined)
  .optional()
  .catch(undefined);
const Person = z.object({ sub: text, oid: text, name: text });
const id = z.string().min(1).max(255).optional().catch(undefined);
/** Whole, unlike a name: half of an id is somebody else's. */
const Identity = z.object({ iss: id, oid: id, sub: id, name: text });

function actorOf(
  claims: Readonly<Record<string, unknown>>,
  person: "customer" | "operator",
): Actor {
  const { iss, oid, sub, name } = Identity.parse(claims);
  const subject = oid ?? sub;
  return {
    kind: isAppOwn(claims) ? "client" : person,
    ...(iss !== undefined && { issuer: iss }),
    ...(subject !== undefined && { subject }),
    ...(name !== undefined && { displayName: name }),
  };
}

type Claims = Readonly<Record<string, unknown>>;

/** The claims of the bearer token that was sent, if it is valid. */
export async function claimsOf(
  verify: AuthenticateDeps["customerToken"],
  authorization: string | null,
): Promise<Outcome<Claims, AuthenticationRefusal>> {
  const { token, presented } = bearerOf(authorization);
  const claims = token && (await verify(token));
  return claims ? done(claims) : refused({ reason: "unauthenticated", presented });
}

/** @returns the token, if there is one, and whether something was meant as one */
export const bearerOf = (authorization: string | null) => ({
  token: BEARER.exec(authorization ?? "")?.[1],
  presented: ANY_BEARER.test(authorization ?? ""),
});

export async function authenticateCustomer(
  deps: AuthenticateDeps,
  authorization: string | null,
  scope: Extract<Access, "clients.read" | "clients.write">,
): Promise<Outcome<Customer, AuthenticationRefusal>> {
  const verified = await claimsOf(deps.customerToken, authorization);
  if (!verified.ok) return verified;
  const claims = verified.value;
  const refusal = refusalOfCustomer(claims, scope, deps.rules);
  if (refusal) return refused(refusal);
  const subscription = SubscriptionName.safeParse(claims[deps.subscriptionClaim]);
  if (!subscription.success)
    return refused({ reason: "no-subscription", claim: deps.subscriptionClaim });
  const person = Person.safeParse(claims).data;
  const name = person?.name ?? person?.oid ?? person?.sub ?? "unknown";
  const actor = actorOf(claims, "customer");
  const watcher = watcherOf(claims, actor, deps.email);
  return done({
    kind: "customer",
    subscription: subscription.data,
    name,
    actor,
    ...(watcher && { watcher }),
  });
}

/** A program has no mail. */
function watcherOf(claims: Claims, actor: Actor, rule: EmailRule): Watcher | undefined {
  const person = actor.kind === "customer" ? personOf(actor) : undefined;
  const email = verifiedEmail(claims, rule);
  return person !== undefined && email !== undefined ? { person, email } : undefined;
}

export async function authenticateOperator(
  deps: AuthenticateDeps,
  authorization: string | null,
): Promise<Outcome<Operator, AuthenticationRefusal>> {
  const verified = await claimsOf(deps.operatorToken, authorization);
  if (!verified.ok) return verified;
  const claims = verified.value;
  const refusal = refusalOfOperator(claims, deps.operatorRole, deps.rules);
  if (refusal) return refused(refusal);
  const person = Person.safeParse(claims).data;
  const actor = actorOf(claims, "operator");
  return done({ kind: "operator", id: person?.oid ?? person?.sub ?? "unknown", actor });
}

/** A program of the company's own, by the issuer and audience of operators: it is registered where they are. */
export async function authenticateLookup(
  deps: AuthenticateDeps,
  authorization: string | null,
): Promise<Outcome<Application, AuthenticationRefusal>> {
  const verified = await claimsOf(deps.operatorToken, authorization);
  if (!verified.ok) return verified;
  const refusal = refusalOfLookup(verified.value);
  if (refusal) return refused(refusal);
  return done({ kind: "application", actor: actorOf(verified.value, "operator") });
}
