import type { HttpHandler, HttpRequest } from "@azure/functions";
import * as z from "zod";
import { withDeadline } from "../../shared/base/deadline.ts";
import { noteRate, ratesNoted } from "../../shared/base/observation.ts";
import { done, type Outcome, refused } from "../../shared/base/outcome.ts";
import { IllegibleRow, RemoteUnavailable } from "../../shared/base/unavailable.ts";
import { DirectoryRefused } from "../../shared/clients/ports.ts";
import { toldOf } from "../../shared/operations/admission/directory-answer.ts";
import {
  type AuthenticateDeps,
  authenticateCustomer,
  authenticateLookup,
  authenticateOperator,
} from "./authenticate.ts";
import { authenticateRegistration, type RegistrationDeps } from "./authenticate-registration.ts";
import { authenticateSelf, type SelfDeps } from "./authenticate-self.ts";
import type { Caller } from "./caller.ts";
import { corsHeaders } from "./cors.ts";
import { oauthError } from "./oauth-error.ts";
import { observeInvocation } from "./observe.ts";
import { parseCall } from "./parse-call.ts";
import { problem } from "./problem.ts";
import { rateHeaders } from "./rate-headers.ts";
import type { Refusal } from "./refusal.ts";
import type { Reply } from "./reply.ts";
import type { RequestRate } from "./request-rate.ts";
import type { Call, Route, RouteContract } from "./route.ts";
import { sharedDocument } from "./shared-document.ts";
import { toResponse, validated } from "./to-response.ts";

export interface ServeDeps extends AuthenticateDeps {
  readonly corsOrigins: readonly string[];
  /** Longest time a request may take, in milliseconds: whatever it calls gives up by then. */
  readonly requestMs: number;
  readonly rate: RequestRate;
  readonly registration: RegistrationDeps;
  readonly self: SelfDeps;
}

/** Turns a route into the function Azure calls: authenticate, parse, do, answer, and one log line. */
export function serve<C extends RouteContract>(deps: ServeDeps, route: Route<C>): HttpHandler {
  const { name, isForAll, errors } = route.contract;
  const shape = errors === "oauth" ? oauthError : problem;
  const handler = respond(
    deps,
    name,
    (request, requestId) =>
      withDeadline(deps.requestMs, () => answer(deps, route, request, requestId)),
    shape,
  );
  return isForAll ? forAll(handler) : handler;
}

/** A document that is the same for everybody may be cached, compressed, and read by any page. */
function forAll(handler: HttpHandler): HttpHandler {
  const share = sharedDocument();
  return async (request, context) => {
    const response = await handler(request, context);
    if (!response || typeof response.body !== "string" || response.status !== 200) return response;
    const shared = await share(request, response.body);
    return { ...response, ...shared, headers: { ...response.headers, ...shared.headers } };
  };
}

/**
 * Anything that answers a request, as a function: problem documents, headers and the log line are the same for all.
 *
 * @param shape what becomes of a refusal
 */
export function respond(
  deps: Pick<ServeDeps, "corsOrigins">,
  name: string,
  answer: (request: HttpRequest, requestId: string) => Promise<Outcome<Reply, Refusal>>,
  shape: (refusal: Refusal, instance: string) => Reply = problem,
): HttpHandler {
  return async (request, context) => {
    const instance = `urn:uuid:${context.invocationId}`;
    const reply = await observeInvocation(context, { name, kind: "called" }, async () => {
      const ending = (reply: Reply, outcome: string) => ({
        value: { ...reply, headers: { ...rateHeaders(ratesNoted()), ...reply.headers } },
        status: reply.status,
        outcome,
      });
      try {
        const answered = await answer(request, context.invocationId);
        return answered.ok
          ? ending(validated(request, answered.value), "done")
          : ending(shape(answered.refusal, instance), answered.refusal.reason);
      } catch (error) {
        const refusal = outage(error);
        context.error(describe(error));
        return ending(shape(refusal, instance), refusal.reason);
      }
    });
    return toResponse(reply, {
      "request-id": context.invocationId,
      ...corsHeaders(deps.corsOrigins, request.headers.get("origin")),
    });
  };
}

async function answer<C extends RouteContract>(
  deps: ServeDeps,
  { contract, handle }: Route<C>,
  request: HttpRequest,
  requestId: string,
): Promise<Outcome<Reply, Refusal>> {
  const caller = await authenticate(deps, contract, request);
  if (!caller.ok) return caller;
  const excess = countRequest(deps, caller.value, 1);
  if (excess) return refused(excess);
  const parsed = await parseCall(contract, request, caller.value);
  if (!parsed.ok) return parsed;
  const more = countRequest(deps, caller.value, moreUnits(parsed.value.query));
  if (more) return refused(more);
  const by = caller.value && { actor: caller.value.actor, requestId };
  // The contract's own schemas and access have just been applied; no type can follow that through the generic.
  return handle({ ...parsed.value, caller: caller.value, by } as Call<C>);
}

/** Operators and the company's own API are few, and answer for themselves. */
function countRequest(
  { rate }: ServeDeps,
  caller: Caller | undefined,
  units: number,
): Refusal | undefined {
  if (!caller || !("subscription" in caller) || units === 0) return undefined;
  const { admitted, limit, remaining, resetSeconds } = rate.take(caller.subscription, units);
  noteRate({ policy: "requests", limit, remaining: admitted ? remaining : 0, resetSeconds });
  return admitted
    ? undefined
    : { reason: "too-many-requests", limit, retryAfterSeconds: resetSeconds };
}

/** A page of a list asks the directory once for so many clients. */
const CLIENTS_A_CALL = 20;
const Limited = z.object({ limit: z.number() });

function moreUnits(query: unknown): number {
  const { limit = CLIENTS_A_CALL } = Limited.safeParse(query).data ?? {};
  return Math.max(0, Math.ceil(limit / CLIENTS_A_CALL) - 1);
}

function authenticate(
  deps: ServeDeps,
  { access }: RouteContract,
  request: HttpRequest,
): Promise<Outcome<Caller | undefined, Refusal>> {
  const authorization = request.headers.get("authorization");
  switch (access) {
    case "public":
      return Promise.resolve(done(undefined));
    case "operator":
      return authenticateOperator(deps, authorization);
    case "registration":
      return authenticateRegistration(deps.registration, authorization, request.params["appId"]);
    case "lookup":
      return authenticateLookup(deps, authorization);
    case "self":
      return authenticateSelf(deps.self, authorization);
    case "clients.read":
    case "clients.write":
      return authenticateCustomer(deps, authorization, access);
  }
}

function outage(error: unknown): Refusal {
  if (error instanceof DirectoryRefused) return toldOf(error.refusal);
  if (causesOf(error).some((one) => one instanceof IllegibleRow))
    return { reason: "internal-error", illegible: true };
  if (!(error instanceof RemoteUnavailable)) return { reason: "internal-error" };
  const { service, throttled, retryAfterSeconds } = error;
  const untouched = error.executed === "no";
  return service === "directory" && throttled && untouched
    ? { reason: "directory-throttled", retryAfterSeconds }
    : { reason: "unavailable", untouched, retryAfterSeconds };
}

/** An error and what it came of. */
const causesOf = (error: unknown): Error[] =>
  error instanceof Error ? [error, ...causesOf(error.cause)] : [];

/** Names and codes of an error and its causes; messages of remote services, unlike ours, may quote what was sent. */
function describe(error: unknown): string {
  const names = causesOf(error).map((at) => {
    const code = "code" in at ? ` ${String(at.code)}` : "";
    const status = "statusCode" in at ? ` ${String(at.statusCode)}` : "";
    // Our own words: which table, queue, topic or row it is.
    const isOurs = at instanceof RemoteUnavailable || at instanceof IllegibleRow;
    return `${at.name}${code}${status}${isOurs ? `: ${at.message}` : ""}`;
  });
  const where = error instanceof Error ? (error.stack ?? "").split("\n    at ").slice(1, 6) : [];
  return JSON.stringify({ error: names, where });
}
