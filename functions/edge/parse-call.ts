import { createHash } from "node:crypto";
import type { HttpRequest } from "@azure/functions";
import * as z from "zod";
import { done, refused } from "../../shared/base/outcome.ts";
import { type LookupRefusal, NO_SUCH_CLIENT } from "../../shared/clients/look-up-client.ts";
import type { ClientRefusal } from "../../shared/clients/reasons.ts";
import { SubscriptionName } from "./authenticate.ts";
import type { Caller } from "./caller.ts";
import { qualityOf } from "./encoding.ts";
import { preferredWait } from "./prefer.ts";
import { readBody } from "./read-body.ts";
import type { FieldError, RequestRefusal } from "./refusal.ts";
import type { RouteContract } from "./route.ts";

const Id = z.guid().toLowerCase();
/** Visible ASCII, which every header value may be; the draft's own form is a quoted string, which this takes too. */
const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/);
/** An empty one would mean "if it is none of these"; whoever sends that has lost the ETag on the way. */
const IfMatch = z.string().max(512).regex(/\S/, { error: "must hold an ETag" });
/** A parameter that is not known is refused on every route: it may be a misspelt one that is. */
const NO_QUERY = z.strictObject({});

type ParseRefusal = RequestRefusal | ClientRefusal | LookupRefusal;

/** Holds a request against the route's contract, before anything is called. */
export async function parseCall(
  contract: RouteContract,
  request: HttpRequest,
  caller: Caller | undefined,
) {
  const id = pathId(contract, request, "id");
  const keyId = pathId(contract, request, "keyId");
  const credentialId = pathId(contract, request, "credentialId");
  const appId = pathId(contract, request, "appId");
  // A text that is no id names nothing: the same answer as for an id that nobody has.
  if (id === undefined || keyId === undefined || credentialId === undefined)
    return refused<ParseRefusal>({ reason: "not-found" });
  if (appId === undefined) return refused<ParseRefusal>(NO_SUCH_CLIENT);

  const body = contract.body ? await readBody(request) : done({ json: undefined, text: "" });
  if (!body.ok) return body;
  const errors: FieldError[] = [];
  const take = <T>(schema: z.ZodType<T>, value: unknown, at: string): T | undefined => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    errors.push(...parsed.error.issues.flatMap((issue) => fieldErrors(issue, at)));
    return undefined;
  };
  const header = (name: "Idempotency-Key" | "If-Match", schema: z.ZodType<string>) => {
    const value = contract.accepts?.includes(name) ? request.headers.get(name) : null;
    return value === null ? undefined : take(schema, value, `header.${name}`);
  };

  // A name that is given twice arrives joined by a comma, which no parameter takes.
  const query = take(contract.query ?? NO_QUERY, Object.fromEntries(request.query), "query");
  const subscription = contract.path.includes("{subscription}")
    ? take(SubscriptionName, subscriptionIn(request), "path.subscription")
    : "";
  const key = header("Idempotency-Key", IdempotencyKey);
  const ifMatch = header("If-Match", IfMatch);
  const waitSeconds = contract.accepts?.includes("Prefer")
    ? preferredWait(request.headers.get("prefer"))
    : undefined;
  const parsed = {
    id,
    keyId,
    credentialId,
    appId,
    subscription,
    body: contract.body && take(contract.body, body.value.json, "body"),
    query: contract.query && query,
    asLines: contract.replies[200]?.asLines !== undefined && wantsLines(request),
    ...(ifMatch !== undefined && { ifMatch }),
    ...(waitSeconds !== undefined && { waitSeconds }),
    ...(key !== undefined && {
      idempotency: {
        keyHash: sha256(`${holderOf(caller)}${key}`),
        fingerprint: sha256(
          `${contract.name}\n${id}\n${keyId}\n${subscription}\n${body.value.text}`,
        ),
      },
    }),
  };
  if (errors.length > 0) return refused<ParseRefusal>({ reason: "invalid-request", errors });
  return done(parsed);
}

/** Whoever likes JSON better gets that, and `q=0` refuses (RFC 9110, 12.5.1); of two that are liked alike, lines are why one names them. */
function wantsLines(request: HttpRequest): boolean {
  const accept = request.headers.get("accept");
  const lines = qualityOf(accept, "application/x-ndjson") ?? 0;
  return lines > 0 && lines >= (qualityOf(accept, "application/json") ?? 0);
}

function pathId(
  contract: RouteContract,
  request: HttpRequest,
  name: "id" | "keyId" | "credentialId" | "appId",
): string | undefined {
  if (!contract.path.includes(`{${name}}`)) return "";
  return Id.safeParse(request.params[name]).data;
}

/** The server decodes a path before it is routed, but for the slash, which would be another path. */
const subscriptionIn = (request: HttpRequest): string =>
  (request.params["subscription"] ?? "").replaceAll(/%2f/gi, "/");

/**
 * Whose the key is, beside the subscription's: an operator's, or a client's that calls for itself, which knows nothing of what others
 * of its subscription have used. No key holds a blank, so that none of a customer's has the hash of one of these.
 */
function holderOf(caller: Caller | undefined): string {
  if (caller?.kind === "client") return `client ${caller.clientId} `;
  return caller?.kind === "operator" ? "operator " : "";
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

function fieldErrors(issue: z.core.$ZodIssue, at: string): FieldError[] {
  const field = (...path: PropertyKey[]) =>
    at === "body" ? `/${path.map(String).join("/")}` : [at, ...path.map(String)].join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => ({
      field: field(...issue.path, name),
      message: "is not known; leave it out",
    }));
  }
  return [{ field: field(...issue.path), message: issue.message }];
}
