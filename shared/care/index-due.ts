import { dayOf, daysAfter } from "../base/day.ts";
import { withDeadline } from "../base/deadline.ts";
import { inLanes } from "../base/in-lanes.ts";
import { note } from "../base/observation.ts";
import type { Runtime } from "../base/runtime.ts";
import type { SecretRecord, SecretRecords } from "../clients/secret-record.ts";
import type { Journal } from "../operations/admission/ports.ts";
import { nextDue, type Reminder } from "./due.ts";
import type { DueEntry, DueIndex, SecretTodo, SecretTodos } from "./due-index.ts";

export interface IndexDueDeps {
  readonly journal: Pick<Journal, "activeOn">;
  readonly secrets: Pick<SecretRecords, "secretsOf">;
  readonly todos: SecretTodos;
  readonly index: Pick<DueIndex, "put" | "doneTo" | "setDoneTo">;
  readonly reminders: readonly Reminder[];
  readonly runtime: Runtime;
  /** Longest time one subscription may take, in milliseconds. */
  readonly entryMs: number;
}

const LANES = 8;
/** So many changes are put into the index together: those of one day share requests. */
const TOGETHER = 1_000;

/**
 * Puts what changes have left to be indexed where its day will find it. Subscriptions are found by the days on which they were
 * active: a request for each of those, one for each hundred changes of a day, and one for each subscription that had some.
 *
 * The index is written before a change is taken off: a death in between has it written once more.
 */
export async function indexDue(
  deps: IndexDueDeps,
): Promise<{ readonly indexed: number; readonly failed: number }> {
  const { journal, index, runtime } = deps;
  const now = runtime.now();
  // What was admitted on a day may end on the next: both are looked at once more.
  const settled = dayOf(now, 2);
  const tally = { indexed: 0, failed: 0 };
  const doneTo = await index.doneTo("indexed");
  if (doneTo === undefined) await index.setDoneTo("indexed", settled);
  for (const day of daysAfter(doneTo ?? settled, dayOf(now))) {
    const subscriptions: string[] = [];
    for await (const subscription of journal.activeOn(day)) subscriptions.push(subscription);
    const failedBefore = tally.failed;
    await indexAll(deps, subscriptions, tally);
    if (tally.failed > failedBefore) break;
    if (day <= settled) await index.setDoneTo("indexed", day);
  }
  return tally;
}

interface Collected {
  readonly subscription: string;
  readonly todos: readonly SecretTodo[];
  readonly due: readonly DueEntry[];
}

async function indexAll(
  deps: IndexDueDeps,
  subscriptions: readonly string[],
  tally: { indexed: number; failed: number },
): Promise<void> {
  let collected: Collected[] = [];
  const flush = async (): Promise<void> => {
    const all = collected;
    collected = [];
    try {
      await deps.index.put(
        all.flatMap(({ due }) => due),
        deps.runtime.now(),
      );
      for (const { subscription, todos } of all) await deps.todos.done(subscription, todos);
      tally.indexed += all.reduce((sum, { todos }) => sum + todos.length, 0);
    } catch {
      note("index-due-failed");
      tally.failed += 1;
    }
  };
  await inLanes(LANES, subscriptions, async (subscription) => {
    try {
      const todos = await withDeadline(deps.entryMs, () => deps.todos.todos(subscription));
      if (todos.length === 0) return;
      const due = await withDeadline(deps.entryMs, () => dueOf(deps, subscription, todos));
      collected.push({ subscription, todos, due });
    } catch {
      note("index-due-failed");
      tally.failed += 1;
    }
    if (collected.reduce((sum, { todos }) => sum + todos.length, 0) >= TOGETHER) await flush();
  });
  await flush();
}

async function dueOf(
  { secrets, reminders }: IndexDueDeps,
  subscription: string,
  todos: readonly SecretTodo[],
): Promise<DueEntry[]> {
  const records: SecretRecord[] = [];
  for (const { what } of todos) {
    if ("record" in what) records.push(what.record);
    else
      for (const { record } of await secrets.secretsOf(subscription, what.clientId))
        records.push(record);
  }
  return records.flatMap((record) => dueEntry(record, reminders) ?? []);
}

/** What the index holds of a secret. */
export function dueEntry(
  record: SecretRecord,
  reminders: readonly Reminder[],
): DueEntry | undefined {
  const next = nextDue(record, reminders);
  const { subscription, clientId, keyId } = record;
  return next && { subscription, clientId, keyId, at: next.at };
}
