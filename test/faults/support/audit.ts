import * as z from "zod";
import { holdsPlace } from "../../../shared/adapters/records/operation-rows.ts";
import { type Ask, DELETING, isChange, RENAMING } from "./asks.ts";
import {
  type ActivityDamage,
  auditActivity,
  entriesOf,
  noActivityDamage,
} from "./audit-activity.ts";
import { auditEvents, type EventsDamage, noEventsDamage } from "./audit-events.ts";
import { auditKeys, type KeysDamage, noKeysDamage } from "./audit-keys.ts";
import { auditOperators, noOperatorsDamage, type OperatorsDamage } from "./audit-operators.ts";
import { auditReminders, noRemindersDamage, type RemindersDamage } from "./audit-reminders.ts";
import { auditWebhooks, noWebhooksDamage, type WebhooksDamage } from "./audit-webhooks.ts";
import type { Found } from "./found.ts";
import { leftOver } from "./left-over.ts";
import { type State, stateOf } from "./state-of.ts";
import { Added, AlreadyReturned, Registered, succeeded, type Wish } from "./wish.ts";

/** Everything that must be 0 after any number of deaths, once the reconciler has run twice. */
export interface Damage
  extends ActivityDamage,
    OperatorsDamage,
    EventsDamage,
    KeysDamage,
    RemindersDamage,
    WebhooksDamage {
  /** Registrations in the directory that no record knows. */
  readonly orphans: readonly string[];
  /** Clients of the records that the directory does not have. */
  readonly lost: readonly string[];
  /** Names that more than one registration carries: one wish, done twice. */
  readonly duplicates: readonly string[];
  /** Clients whose operators were never told. */
  readonly alertsLost: readonly string[];
  /** Clients whose operators were told under more than one id; one that came back is asked for once more. */
  readonly alertsTwice: readonly string[];
  /** Secrets in the directory whose value nobody was given, and of which no 409 has told their owner. */
  readonly secretsLeft: readonly string[];
  /** Secrets whose value was given and that are not in the directory. */
  readonly secretsLost: readonly string[];
  /** Secrets that were to go on working beside the one that took their place, for a day or until they were told to go, and did not. */
  readonly retiredEarly: readonly string[];
  /** Secrets that were to go, at once or after some seconds, and are still there. */
  readonly retiredLate: readonly string[];
  /** Operations that hold a client or a place although nobody works on them: locks that were left. */
  readonly underWay: number;
  /** Operations that nobody could end and that are not listed for operators, or the other way round. */
  readonly parkedUnseen: number;
  /** Left over in the journal: events not told, messages not sent. */
  readonly journalRows: number;
  /** Deletions that were refused for a limit, a key or an ETag and are done all the same. */
  readonly deletedAllTheSame: readonly string[];
  /** Names in the directory that are not the last one a caller was told of. */
  readonly updatesLost: readonly string[];
  /** Clients counted for the subscription beside those it has: the differences of all subscriptions. */
  readonly miscounted: number;
}

export function audit(found: Found, all: readonly Wish[]): Damage {
  // What nobody has asked for is on nobody's record.
  const wishes = all.filter(({ ask }) => isChange(ask));
  const state = stateOf(found);
  const { registered, clients: clientRows, journal } = found;
  const { names, secrets: live } = state;
  const recordedIds = new Set(state.records.keys());
  const registeredIds = new Set(names.keys());

  const under = (prefix: string) =>
    clientRows.filter((row) => String(row["rowKey"]).startsWith(prefix));
  const inPartition = (partition: string) =>
    journal.filter((row) => row["partitionKey"] === partition);

  const idsOfAlerts = Map.groupBy(
    found.alerts.filter((alert) => alert.channel === "webhook" && alert.stage === "requested"),
    ({ clientId }) => clientId,
  );
  const given = new Set(
    wishes.flatMap(({ answer }) => {
      const added = Added.safeParse(answer?.body);
      return added.success ? [added.data.keyId] : [];
    }),
  );
  for (const keyId of ofRegistered(found, wishes)) given.add(keyId);
  const told = new Set(
    wishes.flatMap(({ answer }) => {
      const already = AlreadyReturned.safeParse(answer?.body);
      return already.success ? [already.data.keyId] : [];
    }),
  );
  const removed = new Set(
    wishes.flatMap(({ ask, keyId }) => (REMOVING.includes(ask) && keyId ? [keyId] : [])),
  );
  const deleted = new Set(
    wishes.flatMap(({ ask, clientId }) => (DELETING.includes(ask) && clientId ? [clientId] : [])),
  );
  const clientOf = new Map(
    wishes.flatMap(({ answer, clientId }) => {
      const added = Added.safeParse(answer?.body);
      return added.success && clientId ? [[added.data.keyId, clientId] as const] : [];
    }),
  );

  const restored = entriesOf(found).filter(
    ({ action, outcome }) => action === "client.restored" && outcome === "done",
  );
  const timesRestored = (id: string) => restored.filter(({ clientId }) => clientId === id).length;

  return {
    ...auditActivity(state, wishes),
    ...auditOperators(state, wishes),
    ...auditEvents(state),
    ...auditKeys(state, wishes),
    ...auditReminders(state, wishes),
    ...auditWebhooks(state),
    orphans: [...registeredIds].filter((id) => !recordedIds.has(id)),
    lost: [...recordedIds].filter((id) => !registeredIds.has(id)),
    duplicates: [...Map.groupBy(registered, ({ displayName }) => displayName)]
      .filter(([, apps]) => apps.length > 1)
      .map(([name]) => name),
    alertsLost: [...recordedIds].filter((id) => !idsOfAlerts.has(id)),
    alertsTwice: [...idsOfAlerts]
      .filter(([id, alerts]) => new Set(alerts.map((one) => one.id)).size > 1 + timesRestored(id))
      .map(([id]) => id),
    secretsLeft: [...live].filter((keyId) => !given.has(keyId) && !told.has(keyId)),
    secretsLost: [...given].filter(
      (keyId) => !live.has(keyId) && !removed.has(keyId) && !deleted.has(clientOf.get(keyId) ?? ""),
    ),
    ...auditRetirements(state, wishes),
    underWay: under("busy:").length,
    parkedUnseen: symmetricDifference(
      under("parked:").map((row) => String(row["operationId"])),
      inPartition("parked").map((row) => String(row["operationId"])),
    ),
    journalRows: leftOver(found.journal).length,
    deletedAllTheSame: wishes
      .filter(({ answer, ask, clientId }) => {
        const refused = answer !== undefined && NOT_ADMITTED.has(answer.status);
        return refused && DELETING.includes(ask) && !registeredIds.has(clientId ?? "");
      })
      .map(({ name }) => name),
    updatesLost: lostUpdates(wishes, names),
    miscounted: miscounted(state),
  };
}

/** The secrets of clients that have registered themselves and were told so; one that has none stands for a secret that is lost. */
const ofRegistered = ({ registered }: Found, wishes: readonly Wish[]): string[] =>
  wishes.flatMap(({ answer }) => {
    const { data } = Registered.safeParse(answer?.body);
    const isDeleted = wishes.some(
      ({ ask, appId }) => ask === "delete-registered" && appId === data?.client_id,
    );
    if (!data || isDeleted) return [];
    const app = registered.find(({ appId }) => appId === data.client_id);
    const [secret] = app?.passwordCredentials ?? [];
    return [secret?.keyId ?? `that of ${data.client_id}`];
  });

const REMOVING: readonly Ask[] = ["remove-secret", "rotate-now", "retire"];
const Rescheduled = z.looseObject({ retiresAt: z.iso.datetime() });

function auditRetirements(
  { found, secrets: live }: State,
  wishes: readonly Wish[],
): Pick<Damage, "retiredEarly" | "retiredLate"> {
  const asking = (...asked: Ask[]) => wishes.filter(({ ask }) => asked.includes(ask));
  const moved = new Set(asking("retire").map(({ keyId }) => keyId));
  const tried = entriesOf(found).filter(({ action }) => action === "secret.retired");
  const retiredAt = new Map(
    tried
      .filter(({ outcome }) => outcome === "done")
      .map(({ credentialId, at }) => [credentialId, at]),
  );
  const triedIds = new Set(tried.map(({ credentialId }) => credentialId));
  const early = asking("retire").filter(({ keyId, answer }) => {
    const told = Rescheduled.safeParse(answer?.body);
    const at = retiredAt.get(keyId);
    return told.success && at !== undefined && at < new Date(told.data.retiresAt);
  });
  const over = asking("rotate-now", "retire").filter(
    ({ answer }) => succeeded(answer) || AlreadyReturned.safeParse(answer?.body).success,
  );
  const keyOf = ({ keyId = "" }: Wish) => keyId;
  return {
    retiredEarly: [
      ...asking("rotate", "rotate-self").filter(
        ({ keyId = "" }) => !live.has(keyId) && !moved.has(keyId),
      ),
      ...early,
    ].map(keyOf),
    // What the directory has refused for good is tried again after minutes, which nobody waits for here.
    retiredLate: over
      .map(keyOf)
      .filter((id) => live.has(id) && (retiredAt.has(id) || !triedIds.has(id))),
  };
}

/** Conflict, precondition, limit: answers after which nothing may happen. */
const NOT_ADMITTED = new Set([409, 412, 422, 429]);

function symmetricDifference(one: readonly string[], other: readonly string[]): number {
  return [
    ...one.filter((text) => !other.includes(text)),
    ...other.filter((text) => !one.includes(text)),
  ].length;
}

/** Of each client's renames that were answered, the last one is its name in the directory. */
function lostUpdates(wishes: readonly Wish[], names: ReadonlyMap<string, string>): string[] {
  const last = new Map<string, string>();
  for (const { ask, answer, clientId, name } of wishes)
    if (RENAMING.includes(ask) && succeeded(answer) && clientId) last.set(clientId, name);
  return [...last]
    .filter(([id, name]) => names.has(id) && names.get(id) !== name)
    .map(([id]) => id);
}

/** Creates that nobody could end go on holding their place. */
function miscounted({ accounts, records, found }: State): number {
  const differences = accounts.map(({ subscription, clients }) => {
    const recorded = [...records.values()].filter((one) => one.subscription === subscription);
    const parked = found.clients.filter(
      (row) =>
        row.rowKey.startsWith("parked:") && row["subscription"] === subscription && holdsPlace(row),
    );
    return Math.abs(clients - recorded.length - parked.length);
  });
  return differences.reduce((sum, one) => sum + one, 0);
}

export const noDamage: Damage = {
  ...noActivityDamage,
  ...noOperatorsDamage,
  ...noEventsDamage,
  ...noKeysDamage,
  ...noRemindersDamage,
  ...noWebhooksDamage,
  orphans: [],
  lost: [],
  duplicates: [],
  alertsLost: [],
  alertsTwice: [],
  secretsLeft: [],
  secretsLost: [],
  retiredEarly: [],
  retiredLate: [],
  underWay: 0,
  parkedUnseen: 0,
  journalRows: 0,
  deletedAllTheSame: [],
  updatesLost: [],
  miscounted: 0,
};
