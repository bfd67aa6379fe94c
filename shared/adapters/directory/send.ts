import { GraphError } from "@microsoft/microsoft-graph-client";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { Expected } from "../../clients/ports.ts";
import { NOT_SENT } from "./transport.ts";

/** For so long "not there" may mean "not there yet"; no SLA exists, minutes have been reported. */
const FRESH_MS = 5 * 60_000;
/** Longest `Retry-After` that is sat out within a request; more is passed on to the caller. */
const MAX_WAIT_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 4_000;
/** A late directory does no work for being asked: here the pause is what the caller waits for nothing. */
const MAX_LATE_PAUSE_MS = 1_000;
/** Repeats after throttling or a passing fault; a late directory is asked until the budget ends. */
const MAX_REPEATS = 3;

export interface SendPolicy {
  /** Doing it twice is doing it once: GET, PATCH, DELETE, removePassword. */
  readonly repeatable: boolean;
  /** Set if a late directory may not know the object yet. */
  readonly expected?: Expected;
}

export interface SendDeps {
  readonly runtime: Runtime;
  /** Longest time one call may take with all its repeats, in milliseconds. */
  readonly budgetMs: number;
}

/**
 * Makes one Graph call, again where that is safe and likely to help.
 *
 * @param call told whether an earlier attempt may have done the work already: its answer was lost
 * @throws RemoteUnavailable when only waiting helps; GraphError for every other refusal of the directory
 */
export async function send<T>(
  { runtime, budgetMs }: SendDeps,
  policy: SendPolicy,
  call: (perhapsDone: boolean) => Promise<T>,
): Promise<T> {
  const startedAt = runtime.now().getTime();
  let perhapsDone = false;
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await call(perhapsDone);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const now = runtime.now();
      const failure = judge(error, policy, now);
      const longest = failure.kind === "late" ? MAX_LATE_PAUSE_MS : MAX_PAUSE_MS;
      const backoff = Math.min(FIRST_PAUSE_MS * 2 ** repeats, longest);
      if (failure.kind === "refusal") throw error;
      perhapsDone ||= failure.kind === "unknown";
      const wait = failure.retryAfterMs ?? backoff * (0.75 + runtime.random() / 2);
      const inTime = now.getTime() + wait - startedAt <= budgetMs;
      const again =
        failure.kind === "late" ||
        (repeats < MAX_REPEATS &&
          wait <= MAX_WAIT_MS &&
          (failure.kind === "nothing-done" || policy.repeatable));
      if (failure.kind === "late" && (await policy.expected?.recorded?.()) === false) throw error;
      if (failure.kind !== "out-of-reach" && again && inTime) {
        await runtime.pause(wait);
        continue;
      }
      throw new RemoteUnavailable(
        "directory",
        {
          executed: perhapsDone ? "unknown" : "no",
          throttled: error.statusCode === 429,
          retryAfterSeconds: Math.max(1, Math.ceil(wait / 1000)),
        },
        { cause: error },
      );
    }
  }
}

interface Failure {
  readonly kind: "refusal" | "late" | "nothing-done" | "unknown" | "out-of-reach";
  readonly retryAfterMs?: number;
}

/** The personal-account side of the directory learns of a new app later than the rest (msgraph-sdk-powershell#3380). */
export const isMissing = (error: unknown): boolean =>
  error instanceof GraphError &&
  (error.statusCode === 404 || error.code === "Error_MsaAppDoesNotExist");

function judge(error: GraphError, policy: SendPolicy, now: Date): Failure {
  const { expected } = policy;
  const fresh = expected && now.getTime() - expected.createdAt.getTime() < FRESH_MS;
  if (isMissing(error)) return { kind: fresh ? "late" : "refusal" };
  if (error.code === NOT_SENT) return { kind: "out-of-reach" };
  const retryAfterMs = retryAfter(error);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (error.statusCode === 429) return { kind: "nothing-done", ...wait };
  // "Repeat after a delay": concurrent writes, none of which was done.
  if (error.code === "Directory_ConcurrencyViolation") return { kind: "nothing-done", ...wait };
  const broken = error.statusCode === -1 || error.statusCode === 408 || error.statusCode >= 500;
  return broken ? { kind: "unknown", ...wait } : { kind: "refusal" };
}

function retryAfter(error: GraphError): number | undefined {
  const seconds = Number(error.headers?.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
