import type { InvocationContext } from "@azure/functions";
import { timeLeftMs, withDeadline } from "../../shared/base/deadline.ts";
import { observeInvocation } from "../edge/observe.ts";

/**
 * Longest run of a timer, in milliseconds. Past `functionTimeout` of host.json the platform ends the process, and with it every
 * request and message that it is at work on.
 */
const LONGEST_RUN_MS = 4.5 * 60_000;

/** One run of a timer: whatever it asks for when its time is over is refused at once, and comes with the next run. */
export const timerRun = (
  context: InvocationContext,
  name: string,
  work: () => Promise<string>,
): Promise<void> =>
  observeInvocation(context, { name, kind: "called" }, async () => ({
    value: undefined,
    outcome: await withDeadline(LONGEST_RUN_MS, work),
  }));

type Counts = Readonly<Record<string, number>>;

/**
 * One after the other, whatever becomes of those before it: people are reminded of what ends though nobody can remove an alert.
 * Each may take half of the time that is left, and the last one all of it.
 *
 * @returns what they have counted, together
 * @throws what the first of them threw that failed, when all have been tried
 */
export async function inTurn(parts: readonly (() => Promise<object>)[]): Promise<Counts> {
  const sum: Record<string, number> = {};
  const errors: unknown[] = [];
  for (const [at, part] of parts.entries()) {
    try {
      const share = at < parts.length - 1 ? 0.5 : 1;
      const counts = await withDeadline(timeLeftMs(LONGEST_RUN_MS) * share, part);
      for (const [name, number] of Object.entries(counts))
        sum[name] = (sum[name] ?? 0) + Number(number);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return sum;
}

/** As the log has them. */
export const toldCounts = (counts: object): string =>
  Object.entries(counts)
    .map(([name, number]) => `${name}=${number}`)
    .join(" ");
