import { GraphError } from "@microsoft/microsoft-graph-client";
import type * as z from "zod";
import { timeLeftMs, withDeadline } from "../../base/deadline.ts";
import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import {
  type Answer,
  type DirectoryRefusal,
  DirectoryRefused,
  type Expected,
} from "../../clients/ports.ts";
import { type Failure, judge } from "./judge.ts";
import { type Refused, refusalOf } from "./refusal.ts";

/** Longest `Retry-After` that is sat out within a request; more is passed on to the caller. */
const MAX_WAIT_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 4_000;
/** A late directory does no work for being asked: here the pause is what the caller waits for nothing. */
const MAX_LATE_PAUSE_MS = 1_000;
/** Even when the directory says "at once". */
const MIN_PAUSE_MS = 50;
/** Repeats after throttling or a passing fault; a late directory is asked until the budget ends. */
const MAX_REPEATS = 3;

export interface SendPolicy<T> {
  /** Doing it twice is doing it once: GET, PATCH, DELETE, removePassword. */
  readonly repeatable: boolean;
  /** What a good answer looks like. Any other counts as lost: a proxy's page or half an answer tells nothing. */
  readonly answer: z.ZodType<T>;
  /** Set if a late directory may not know the object yet. */
  readonly expected?: Expected;
  /** Whether a "not there" is of something else than the object that may be late: then it is believed. */
  readonly isOfAnother?: (refused: Refused) => boolean;
  /** What a refusal of this call means, where that is more than its status and code say. */
  readonly refusal?: (refused: Refused) => DirectoryRefusal | undefined;
  /** Asked of a refusal that follows a lost answer: the value, if it proves that the lost attempt got through. */
  readonly gotThrough?: (refused: Refused) => { readonly value: T } | undefined;
}

export interface SendDeps {
  readonly runtime: Runtime;
  /** Longest time one call may take with all its repeats, in milliseconds; less when the deadline is nearer. */
  readonly budgetMs: number;
}

type Attempt<T> = { readonly value: T } | { readonly failure: Failure };

/**
 * Makes one Graph call, again where that is safe and likely to help, and says what came of it. It begins nothing and waits for
 * nothing once the budget or the deadline is over.
 */
export async function send<T>(
  { runtime, budgetMs }: SendDeps,
  policy: SendPolicy<T>,
  call: () => Promise<unknown>,
): Promise<Answer<T>> {
  const startedAt = runtime.now().getTime();
  const leftMs = () => timeLeftMs(budgetMs - (runtime.now().getTime() - startedAt));
  let perhapsDone = false;
  let throttled = false;
  const giveUp = (waitMs: number): Answer<T> => {
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
    return perhapsDone
      ? { kind: "unknown", retryAfterSeconds }
      : { kind: "not-now", retryAfterSeconds, throttled };
  };

  for (let repeats = 0; ; repeats += 1) {
    const budget = leftMs();
    if (budget <= 0) return giveUp(0);
    const attempt = await withDeadline(budget, () => once(policy, call, runtime));
    if ("value" in attempt) return { kind: "done", value: attempt.value };
    const { failure } = attempt;
    const { refused } = failure;
    const proof = perhapsDone && refused ? policy.gotThrough?.(refused) : undefined;
    if (proof) return { kind: "done", value: proof.value };
    if (refused && (failure.kind === "refusal" || !(await stillRecorded(policy)))) {
      note(`directory-refused-${refused.status}`);
      return { kind: "refused", refusal: policy.refusal?.(refused) ?? refusalOf(refused) };
    }
    perhapsDone ||= failure.kind === "unknown";
    throttled = failure.throttled;
    const wait = waitFor(failure, repeats, runtime);
    const again =
      failure.kind === "late" ||
      (repeats < MAX_REPEATS &&
        wait <= MAX_WAIT_MS &&
        (failure.kind === "nothing-done" || (failure.kind === "unknown" && policy.repeatable)));
    if (!again || wait >= leftMs()) return giveUp(wait);
    await runtime.pause(wait);
  }
}

/**
 * The same for what can only be read, or done again without harm.
 *
 * @throws RemoteUnavailable when only waiting helps; DirectoryRefused for good
 */
export async function ask<T>(
  deps: SendDeps,
  policy: Omit<SendPolicy<T>, "repeatable">,
  call: () => Promise<unknown>,
): Promise<T> {
  return doneOrThrow(await send(deps, { ...policy, repeatable: true }, call));
}

/** @throws as `ask` does */
export function doneOrThrow<T>(answer: Answer<T>): T {
  switch (answer.kind) {
    case "done":
      return answer.value;
    case "refused":
      throw new DirectoryRefused(answer.refusal);
    default:
      throw notNow(answer);
  }
}

const notNow = (answer: Exclude<Answer<never>, { kind: "done" | "refused" }>): RemoteUnavailable =>
  new RemoteUnavailable("directory", {
    executed: answer.kind === "unknown" ? "unknown" : "no",
    throttled: answer.kind === "not-now" && answer.throttled,
    retryAfterSeconds: answer.retryAfterSeconds,
  });

async function once<T>(
  { answer, expected, isOfAnother }: SendPolicy<T>,
  call: () => Promise<unknown>,
  { now }: Runtime,
): Promise<Attempt<T>> {
  let body: unknown;
  try {
    body = await call();
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const failure = judge(error, expected, now());
    const isRefusal = failure.kind === "late" && failure.refused && isOfAnother?.(failure.refused);
    return { failure: isRefusal ? { ...failure, kind: "refusal" } : failure };
  }
  const parsed = answer.safeParse(body);
  if (parsed.success) return { value: parsed.data };
  note("directory-answer-not-understood");
  return { failure: { kind: "unknown", throttled: false } };
}

/** Whether waiting for a late directory still makes sense. Records that cannot be asked have not said no. */
async function stillRecorded<T>({ expected }: SendPolicy<T>): Promise<boolean> {
  try {
    return (await expected?.recorded?.()) ?? true;
  } catch (error) {
    if (error instanceof RemoteUnavailable) return true;
    throw error;
  }
}

function waitFor({ kind, retryAfterMs }: Failure, repeats: number, { random }: Runtime): number {
  const longest = kind === "late" ? MAX_LATE_PAUSE_MS : MAX_PAUSE_MS;
  const backoff = Math.min(FIRST_PAUSE_MS * 2 ** repeats, longest);
  return Math.max(MIN_PAUSE_MS, retryAfterMs ?? backoff * (0.75 + random() / 2));
}
