import { AGAIN, insist } from "../base/insist.ts";
import type { ClientRecords } from "../clients/ports.ts";
import type { SecretRecord, SecretRecords, VersionedSecret } from "../clients/secret-record.ts";
import { EVERY_CLIENT } from "../clients/watch.ts";
import type { ClientEvent } from "../events/client-event.ts";
import { type TellDeps, tell } from "../operations/admission/tell.ts";
import { type Due, EXPIRED, nextDue, type Reminder } from "./due.ts";
import type { LetterBox, LetterLine } from "./letter-box.ts";
import type { WatchRecords } from "./ports.ts";
import { countingWatches } from "./watching.ts";
import type { HandleDue } from "./work-off-due.ts";

export interface RemindDeps extends TellDeps {
  readonly records: Pick<ClientRecords, "client">;
  readonly secrets: Pick<SecretRecords, "secret">;
  readonly watches: Pick<WatchRecords, "ofSubscription">;
  readonly letterBox: Pick<LetterBox, "tell">;
  readonly reminders: readonly Reminder[];
  /** Whether letters can be sent at all; systems are told all the same. */
  readonly canMail: boolean;
}

/**
 * Tells that a secret ends soon, or has ended: systems by an event, and each person who watches it by a line of their next letter.
 *
 * | a death after | leads to |
 * |---|---|
 * | the event | it is told again under its id, which the bus drops |
 * | the note that there are letters | a look at the subscription that finds none |
 * | the transaction | nothing: whoever sends letters finds the lines |
 *
 * What became due while no host was there is told once, by the last of it.
 */
export const remind =
  (deps: RemindDeps): HandleDue =>
  (due, secret) => {
    let current: VersionedSecret | undefined = secret;
    return insist(deps.runtime, async () => {
      if (!current) return undefined;
      const { record } = current;
      const is = record === secret.record ? due : nextDue(record, deps.reminders);
      // Whoever has changed it meanwhile has told of it as well, or made it due later.
      if (!is || is.at > deps.runtime.now() || is.what === "retirement") return record;
      const told = await tellOnce(deps, is, current);
      if (told !== "changed") return told;
      const { subscription, clientId, keyId } = record;
      current = await deps.secrets.secret(subscription, clientId, keyId);
      return AGAIN;
    });
  };

async function tellOnce(
  deps: RemindDeps,
  due: Due,
  { record, version }: VersionedSecret,
): Promise<SecretRecord | undefined | "changed"> {
  const { subscription, clientId } = record;
  const client = await deps.records.client(subscription, clientId);
  // Deleted: nobody is reminded. If it comes back within its month, so does what is due.
  if (!client) return undefined;
  const now = deps.runtime.now();
  const marks = marksOf(due, record, deps.reminders, now);
  const mark = marks.at(-1) ?? due.threshold;
  const told: SecretRecord = { ...record, told: [...record.told, ...marks] };
  await tell(deps, eventOf(record, mark, mark === EXPIRED ? record.expiresAt : due.at));
  const line = {
    ...{ clientId, keyId: record.keyId, mark, since: now, expiresAt: record.expiresAt },
    clientName: client.record.displayName,
    secretName: record.displayName,
    ...(record.kind && { kind: record.kind }),
  };
  const people = deps.canMail ? await watchersOf(deps, subscription, clientId) : [];
  const lines = people.map((person): LetterLine => ({ person, ...line }));
  return (await deps.letterBox.tell(told, version, lines, now)) ? told : "changed";
}

/** What is told with this, in the order of its time. */
function marksOf(
  due: Due,
  { expiresAt, told }: SecretRecord,
  reminders: readonly Reminder[],
  now: Date,
): readonly string[] {
  if (due.what === "expired") return [EXPIRED];
  // It may have ended as well meanwhile.
  return [...reminders, { name: EXPIRED, beforeMs: 0 }]
    .filter(({ name }) => !told.includes(name))
    .map(({ name, beforeMs }) => ({ name, atMs: expiresAt.getTime() - beforeMs }))
    .filter(({ atMs }) => atMs <= now.getTime())
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ name }) => name);
}

async function watchersOf(
  { watches }: RemindDeps,
  subscription: string,
  clientId: string,
): Promise<readonly string[]> {
  return [...(await watches.ofSubscription(subscription))]
    .filter(([, person]) =>
      countingWatches(person).some((watch) => watch.of === clientId || watch.of === EVERY_CLIENT),
    )
    .map(([person]) => person);
}

function eventOf(
  { subscription, clientId, keyId, kind, displayName, expiresAt }: SecretRecord,
  mark: string,
  at: Date,
): ClientEvent {
  const type = `${kind ?? "secret"}.${mark === EXPIRED ? "expired" : "expiring"}` as const;
  const what = { clientId, keyId, ...(kind && { kind }) };
  const data = { ...what, displayName, expiresAt: expiresAt.toISOString() };
  return {
    // A secret's end never moves.
    id: `${keyId}:${type}${mark === EXPIRED ? "" : `:${mark}`}`,
    type,
    time: at.toISOString(),
    clientId,
    subscription,
    data: mark === EXPIRED ? data : { ...data, threshold: mark },
  };
}
