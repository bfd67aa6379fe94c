import { readActivity } from "../../../shared/adapters/records/activity-rows.ts";
import type { Row } from "../../../shared/adapters/records/table.ts";
import type { Activity } from "../../../shared/clients/activity.ts";
import { Added, AlreadyReturned, type Ask, Created, succeeded, type Wish } from "./customer.ts";

/** What must be empty after any number of deaths: every change is on record once, and nothing that did not happen. */
export interface ActivityDamage {
  /** Changes that were answered, or are found done, without an entry. */
  readonly activityLost: readonly string[];
  /** Changes with more than one entry that says they were done. */
  readonly activityTwice: readonly string[];
  /** Entries of changes that nobody asked for, or that say of something that it was done and it is not. */
  readonly activityInvented: readonly string[];
  /** Entries that do not say who asked in which request. */
  readonly activityByNobody: readonly string[];
}

/** What the directory and the records show at the end. */
export interface Found {
  /** Names of the directory's registrations, by client. */
  readonly names: ReadonlyMap<string, string>;
  /** Secrets in the directory. */
  readonly secrets: ReadonlySet<string>;
}

export const noActivityDamage: ActivityDamage = {
  activityLost: [],
  activityTwice: [],
  activityInvented: [],
  activityByNobody: [],
};

export function auditActivity(
  clientRows: readonly Row[],
  wishes: readonly Wish[],
  found: Found,
): ActivityDamage {
  const entries = clientRows
    .filter(({ rowKey }) => rowKey.startsWith("activity:"))
    .map(readActivity);
  const ofCustomers = entries.filter(({ action }) => !action.startsWith("operation."));
  const done = ofCustomers.filter(({ outcome }) => outcome === "done");
  const times = Map.groupBy(done, changeOf);
  const due = new Set([...answered(wishes), ...foundDone(wishes, found)]);
  const asked = Map.groupBy(wishes, ({ ask, name, clientId, keyId }) =>
    WHAT[ask](name, clientId ?? "", keyId ?? ""),
  );
  return {
    activityLost: [...due].filter((change) => !times.has(change)),
    activityTwice: [
      ...[...times].filter(([change, all]) => all.length > timesAsked(change, asked)),
      ...[...Map.groupBy(entries, ({ id }) => id)].filter(([, all]) => all.length > 1),
    ].map(([change]) => change),
    activityInvented: ofCustomers
      .filter(
        (entry) =>
          !asked.has(wishOf(entry)) || (entry.outcome === "done" && !is(entry, found, times)),
      )
      .map(describe),
    activityByNobody: ofCustomers
      .filter(({ by }) => by.actor.kind !== "customer" || !by.actor.subject || !by.requestId)
      .map(describe),
  };
}

/** A change by what came of it: `client.renamed <client> <name>`. */
const changeOf = ({ action, clientId, credentialId, detail }: Activity): string =>
  action === "client.renamed"
    ? `${action} ${clientId} ${detail?.["displayName"]}`
    : `${action} ${credentialId ?? clientId}`;

/** A change by what was asked for: what a create makes has no id in its wish. */
const WHAT: Readonly<Record<Ask, (name: string, clientId: string, keyId: string) => string>> = {
  create: (name) => `client.created ${name}`,
  "add-secret": (name, clientId) => `secret.created ${clientId} ${name}`,
  "remove-secret": (_, clientId, keyId) => `secret.removed ${clientId} ${keyId}`,
  rename: (name, clientId) => `client.renamed ${clientId} ${name}`,
  delete: (_, clientId) => `client.deleted ${clientId}`,
};

function wishOf({ action, clientId, credentialId, detail }: Activity): string {
  const name = String(detail?.["displayName"]);
  const about: Readonly<Record<string, readonly unknown[]>> = {
    "client.created": [name],
    "secret.created": [clientId, name],
    "secret.removed": [clientId, credentialId],
    "client.renamed": [clientId, name],
    "client.deleted": [clientId],
  };
  return [action, ...(about[action] ?? [])].join(" ");
}

/** A rename has no key: asked for again it is done again. Everything else is done once. */
const timesAsked = (change: string, asked: ReadonlyMap<string, readonly Wish[]>): number =>
  change.startsWith("client.renamed")
    ? (asked.get(change) ?? []).reduce((sum, wish) => sum + wish.asked, 0)
    : 1;

function* answered(wishes: readonly Wish[]): Generator<string> {
  for (const { ask, answer, name, clientId, keyId } of wishes) {
    if (!answer) continue;
    const given = AlreadyReturned.safeParse(answer.body);
    if (given.success) yield `secret.created ${given.data.keyId}`;
    if (!succeeded(answer)) continue;
    if (ask === "create") yield `client.created ${Created.parse(answer.body).id}`;
    if (ask === "add-secret") yield `secret.created ${Added.parse(answer.body).keyId}`;
    if (ask === "remove-secret") yield `secret.removed ${keyId}`;
    if (ask === "rename") yield `client.renamed ${clientId} ${name}`;
    if (ask === "delete") yield `client.deleted ${clientId}`;
  }
}

/** Whoever asked for it: it is so. */
function* foundDone(wishes: readonly Wish[], { names, secrets }: Found): Generator<string> {
  for (const id of names.keys()) yield `client.created ${id}`;
  for (const keyId of secrets) yield `secret.created ${keyId}`;
  for (const { ask, name, clientId = "", keyId = "" } of wishes) {
    if (ask === "rename" && names.get(clientId) === name)
      yield `client.renamed ${clientId} ${name}`;
    if (ask === "delete" && !names.has(clientId)) yield `client.deleted ${clientId}`;
    if (ask === "remove-secret" && !secrets.has(keyId)) yield `secret.removed ${keyId}`;
  }
}

/** Whether it is as an entry says it was made, or has been changed since by another one. */
function is(
  { action, clientId = "", credentialId = "", detail }: Activity,
  { names, secrets }: Found,
  done: ReadonlyMap<string, unknown>,
): boolean {
  const isDeleted = done.has(`client.deleted ${clientId}`);
  switch (action) {
    case "client.created":
      return names.has(clientId) || isDeleted;
    case "client.deleted":
      return !names.has(clientId);
    case "client.renamed":
      return names.get(clientId) === detail?.["displayName"] || isDeleted;
    case "secret.created":
      return secrets.has(credentialId) || done.has(`secret.removed ${credentialId}`) || isDeleted;
    case "secret.removed":
      return !secrets.has(credentialId);
    default:
      return false;
  }
}

const describe = ({ id, action, outcome }: Activity): string => `${id} ${action} ${outcome}`;
