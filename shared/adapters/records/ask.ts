import type { RestError } from "@azure/data-tables";
import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { judge, Silent } from "./answer.ts";
import { RecordsMissing } from "./records-missing.ts";

/** One request. Table Storage answers within a few milliseconds, or takes seconds to move a partition. */
const REQUEST_MS = 5_000;
/** A request with all its repeats, where no deadline is set. */
const TOTAL_MS = 10_000;
/** Pauses before the second and the third attempt; there is no fourth. */
const PAUSES_MS = [200, 400];
/** A pause that the service asks for is kept if it is no longer than this; otherwise the caller is told of it. */
const LONGEST_PAUSE_MS = 1_000;
/** When callers may ask again where an operator has something to do first. */
const OPERATOR_SECONDS = 60;

/**
 * What came of a request that was understood. `mayBeDone`: an earlier attempt at it lost its answer, so that a refusal may be
 * of what we have already done ourselves.
 */
export type Heard<T> =
  | { readonly answer: T; readonly mayBeDone: boolean }
  | { readonly refusal: RestError; readonly mayBeDone: boolean };

/**
 * Asks the table service, and asks again what may be asked again, each attempt with a time-out of its own and all of them within
 * the deadline. The SDK's own repeats are off: it does not tell whether it has made any, and has no time-out of its own.
 *
 * @throws RemoteUnavailable, of which `RecordsMissing` is one; a defect of ours as the SDK has it
 */
export async function ask<T>(
  table: string,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<Heard<T>> {
  const end = performance.now() + timeLeftMs(TOTAL_MS);
  let mayBeDone = false;
  let last: { throttled?: boolean; retryAfterSeconds?: number } = {};
  let cause: unknown;
  const unavailable = (known: typeof last) =>
    new RemoteUnavailable(
      "records",
      { executed: mayBeDone ? "unknown" : "no", ...known },
      { cause },
    );

  for (const ownPauseMs of [0, ...PAUSES_MS]) {
    const pauseMs = Math.max(ownPauseMs, (last.retryAfterSeconds ?? 0) * 1000);
    if (pauseMs > LONGEST_PAUSE_MS || pauseMs >= end - performance.now()) break;
    if (pauseMs > 0) await pause(pauseMs);
    try {
      const answer = await within(Math.min(REQUEST_MS, end - performance.now()), send);
      return { answer, mayBeDone };
    } catch (error) {
      cause = error;
      const judgement = judge(error);
      switch (judgement.kind) {
        case "refused":
          return { refusal: judgement.error, mayBeDone };
        case "gone":
          throw new RecordsMissing(table, mayBeDone ? "unknown" : "no", { cause });
        case "forbidden":
          throw unavailable({ retryAfterSeconds: OPERATOR_SECONDS });
        case "defect":
          throw error;
        case "away": {
          const { mayBeDone: thisMayBeDone, kind: _, ...told } = judgement;
          mayBeDone ||= thisMayBeDone;
          last = told;
        }
      }
    }
  }
  throw unavailable(last);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits no longer than that, also if the SDK does not notice that it has been called off. */
async function within<T>(ms: number, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Silent(`No answer within ${Math.round(ms)} ms`));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([send(controller.signal), silence]);
  } finally {
    clearTimeout(timer);
  }
}
