import * as z from "zod";
import { LETTER } from "../../../shared/adapters/records/letter-rows.ts";
import { readSecret, SECRET } from "../../../shared/adapters/records/secret-rows.ts";
import { readWatchRow, WATCH } from "../../../shared/adapters/records/watch-rows.ts";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import { REMINDER } from "./asks.ts";
import type { State } from "./state-of.ts";
import type { Wish } from "./wish.ts";

/** Whoever watches a client was told once that a secret of it ends, and so were other systems. */
export interface RemindersDamage {
  /** Secrets of which nobody was told, or not everybody who had to be. */
  readonly remindersLost: readonly string[];
  /** Secrets of which somebody was told in more than one letter, or other systems under more than one id. */
  readonly remindersTwice: readonly string[];
  /** What was told of secrets that did not end, or to people who do not watch. */
  readonly remindersStray: readonly string[];
  /** Letters that nobody has brought to their end, and what they were to tell. */
  readonly lettersLeft: readonly string[];
}

export const noRemindersDamage: RemindersDamage = {
  remindersLost: [],
  remindersTwice: [],
  remindersStray: [],
  lettersLeft: [],
};

/** A letter's word of one secret. */
interface Word {
  readonly to: string;
  readonly name: string;
}

export function auditReminders(state: State, wishes: readonly Wish[]): RemindersDamage {
  const { found, records } = state;
  const rowsOf = (prefix: string) =>
    found.clients.filter(({ rowKey }) => rowKey.startsWith(prefix));
  // One that retires is not told of, though it was when that had come before.
  const ending = rowsOf(SECRET)
    .flatMap((row) => readSecret(row) ?? [])
    .filter((one) => endsSoon(one) && records.has(one.clientId) && !one.retiresAt);
  const watches = rowsOf(WATCH).flatMap((row) => readWatchRow(row).watch ?? []);
  const words = found.letters.flatMap(({ to, text }) =>
    namesIn(text).map((name): Word => ({ to, name })),
  );
  const told = Map.groupBy(words, ({ to, name }) => `${to} ${name}`);
  const shortLived = new Set(
    wishes.filter(({ ask }) => ask === "add-secret").map(({ name }) => name),
  );
  const emails = new Set(watches.map(({ email }) => email));
  const events = eventsOf(state);
  return {
    remindersLost: ending
      .filter(({ keyId, clientId, displayName: name, told: marks }) => {
        const to = watches.filter(({ of }) => of === clientId).map(({ email }) => email);
        const isTold = marks.includes(REMINDER) && to.every((one) => told.has(`${one} ${name}`));
        return !isTold || (events && !events.has(`${keyId} ${REMINDER}`));
      })
      .map(({ keyId }) => keyId),
    remindersTwice: [
      ...[...told].filter(([, all]) => all.length > 1),
      ...[...(events ?? [])].filter(([, all]) => new Set(all.map(({ id }) => id)).size > 1),
    ].map(([what]) => what),
    remindersStray: [
      ...words
        .filter(({ to, name }) => !emails.has(to) || !shortLived.has(name))
        .map(({ to, name }) => `${to} ${name}`),
      ...[...(events ?? [])]
        .filter(([, all]) => all.some(({ data }) => !shortLived.has(data.displayName)))
        .map(([what]) => what),
    ],
    lettersLeft: rowsOf(LETTER)
      .filter(({ rowKey, id }) => !rowKey.endsWith(":state") || id !== undefined)
      .map(({ rowKey }) => rowKey),
  };
}

const endsSoon = ({ createdAt, expiresAt }: SecretRecord): boolean =>
  expiresAt.getTime() - createdAt.getTime() < 2 * 86_400_000;

const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^The secret “(.+?)” of the client /gm)].map(([, name = ""]) => name);

const Expiring = z.object({
  id: z.string(),
  data: z.object({ keyId: z.guid(), displayName: z.string(), threshold: z.string() }),
});

/** By secret and threshold. Nothing, where no events were read. */
const eventsOf = ({ found }: State) =>
  found.events &&
  Map.groupBy(
    found.events
      .filter(({ type }) => type === "secret.expiring")
      .map((event) => Expiring.parse(event)),
    ({ data }) => `${data.keyId} ${data.threshold}`,
  );
