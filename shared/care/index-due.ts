import { dayOf, daysAfter } from "../base/day.ts";
import { withDeadline } from "../base/deadline.ts";
import { inLanes } from "../base/in-lanes.ts";
import { note } from "../base/observation.ts";
import type { Runtime } from "../base/runtime.ts";
import type { SecretRecord, SecretRecords } from "../clients/secret-record.ts";
import type { Journal } from "../operations/admission/ports.ts";
import { nextDue, type Reminder } from "./due.ts";
import {
  type DueEntry,
  type DueIndex,
  FIRST_DAYS,
  type SecretTodo,
  type SecretTodos,
} from "./due-index.ts";
import type { LookProgress } from "./found/look-progress.ts";

export interface IndexDueDeps {
  readonly journal: Pick<Journal, "activeOn" | "active">;
  readonly secrets: Pick<SecretRecords, "secretsOf">;
  readonly todos: SecretTodos;
  readonly index: Pick<DueIndex, "put" | "doneTo" | "setDoneTo">;
  readonly progress: Pick<LookProgress, "digests">;
  readonly reminders: readonly Reminder[];
  readonly runtime: Runtime;
  /** Longest time one subscription may take, in milliseconds. */
  readonly entryMs: number;
}

const LANES = 8;
/** So many changes are put into the index together: those of one day share requests. */
const TOGETHER = 1_000;

/** So many of one customer's are looked at in the time that one may take: there may be thousands of them. */
const A_PART = 250;

/**
 * Puts what changes have left to be indexed where its day will find it. Subscriptions are found by the days on which they were
 * active: a request for each of those, one for each hundred changes of a day, and one for each subscription that had some; and for
 * the next pass over the directory one for each 24,000 clients, and one for a hundred that have changed.
 *
 * The index is written before a change is taken off: a death in between has it written once more. A customer whose changes cannot
 * be indexed now is looked for under today from then on, and holds up nobody else.
 */
export async function indexDue(
  deps: IndexDueDeps,
): Promise<{ readonly indexed: number; readonly failed: number }> {
  const { journal, index, runtime } = deps;
  const now = runtime.now();
  // What was admitted on a day may end on the next: both are looked at once more.
  const settled = dayOf(now, 2);
  const tally = { indexed: 0, failed: new Set<string>() };
  const known = await index.doneTo("indexed");
  const doneTo = known ?? dayOf(now, FIRST_DAYS);
  if (known === undefined) await index.setDoneTo("indexed", doneTo);
  let isAllDone = true;
  for (const day of daysAfter(doneTo, dayOf(now))) {
    const subscriptions: string[] = [];
    for await (const subscription of journal.activeOn(day))
      if (!tally.failed.has(subscription)) subscriptions.push(subscription);
    await indexAll(deps, subscriptions, tally);
    // Those after it are looked at again anyway.
    if (day > settled) continue;
    isAllDone &&= await putOff(
      deps,
      subscriptions.filter((one) => tally.failed.has(one)),
    );
    if (isAllDone) await index.setDoneTo("indexed", day);
  }
  return { indexed: tally.indexed, failed: tally.failed.size };
}

interface Tally {
  indexed: number;
  /** Subscriptions. */
  readonly failed: Set<string>;
}

/** Whether their day may be done with, as far as these go. */
async function putOff(
  { journal, runtime }: IndexDueDeps,
  subscriptions: readonly string[],
): Promise<boolean> {
  try {
    for (const subscription of subscriptions)
      await journal.active(dayOf(runtime.now()), subscription);
    return true;
  } catch {
    note("index-due-failed");
    return false;
  }
}

interface Collected {
  readonly subscription: string;
  readonly todos: readonly SecretTodo[];
  readonly due: readonly DueEntry[];
}

async function indexAll(
  deps: IndexDueDeps,
  subscriptions: readonly string[],
  tally: Tally,
): Promise<void> {
  let collected: Collected[] = [];
  const fail = (...those: readonly string[]): void => {
    note("index-due-failed");
    for (const subscription of those) tally.failed.add(subscription);
  };
  const flush = async (): Promise<void> => {
    const all = collected;
    collected = [];
    try {
      await deps.index.put(
        all.flatMap(({ due }) => due),
        deps.runtime.now(),
      );
      await lookAnew(
        deps,
        all.flatMap(({ todos }) => todos),
      );
      for (const { subscription, todos } of all) await deps.todos.done(subscription, todos);
      tally.indexed += all.reduce((sum, { todos }) => sum + todos.length, 0);
    } catch {
      fail(...all.map(({ subscription }) => subscription));
    }
  };
  await inLanes(LANES, subscriptions, async (subscription) => {
    try {
      const all = await withDeadline(deps.entryMs, () => deps.todos.todos(subscription));
      for (let at = 0; at < all.length; at += A_PART) {
        const todos = all.slice(at, at + A_PART);
        const due = await withDeadline(deps.entryMs, () => dueOf(deps, subscription, todos));
        collected.push({ subscription, todos, due });
        if (collected.reduce((sum, one) => sum + one.todos.length, 0) >= TOGETHER) await flush();
      }
    } catch {
      fail(subscription);
    }
  });
  await flush();
}

/**
 * The next pass over the directory holds them against their records: a secret that was made since the last one and removed there
 * again leaves a client that looks as it did then.
 */
async function lookAnew(
  { progress }: Pick<IndexDueDeps, "progress">,
  todos: readonly SecretTodo[],
): Promise<void> {
  if (todos.length === 0) return;
  const digests = await progress.digests();
  const clients = new Set(
    todos.map(({ what }) => ("record" in what ? what.record : what).clientId),
  );
  // Also where none is known: a pass that has looked before would keep what it saw.
  await digests.save([...clients].map((id) => [id, undefined]));
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
