import { readActivity } from "../../../shared/adapters/records/activity-rows.ts";
import type { Activity } from "../../../shared/clients/activity.ts";
import { type Ask, DELETING, KINDS, RENAMING } from "./asks.ts";
import { isSo } from "./is-so.ts";
import type { State } from "./state-of.ts";
import { AlreadyReturned, Created, MadeKey, STALE, succeeded, type Wish } from "./wish.ts";

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
  /** Changes that were asked for under an ETag that nothing has, and are on record as done. */
  readonly notAdmitted: readonly string[];
}

export const noActivityDamage: ActivityDamage = {
  activityLost: [],
  activityTwice: [],
  activityInvented: [],
  activityByNobody: [],
  notAdmitted: [],
};

/**
 * What was done, of whatever somebody has asked for: what becomes of operations that nobody can end has entries of its own, and
 * webhooks are set before anything is asked for.
 */
export const entriesOf = ({ clients }: Pick<State["found"], "clients">): readonly Activity[] =>
  clients
    .filter(({ rowKey }) => rowKey.startsWith("activity:"))
    .map(readActivity)
    .filter(({ action }) => !action.startsWith("operation.") && action !== "webhook.set");

export function auditActivity(state: State, wishes: readonly Wish[]): ActivityDamage {
  const entries = entriesOf(state.found);
  const times = Map.groupBy(
    entries.filter(({ outcome }) => outcome === "done"),
    changeOf,
  );
  const due = new Set([...answered(wishes), ...foundDone(wishes, state)]);
  const asked = new Map<string, Wish[]>();
  for (const wish of wishes)
    for (const what of askedOf(wish)) asked.set(what, [...(asked.get(what) ?? []), wish]);
  return {
    activityLost: [...due].filter((change) => !isOnRecord(change, times)),
    activityTwice: [
      ...[...times].filter(([change, all]) => all.length > timesAsked(change, asked)),
      ...[...Map.groupBy(entries, ({ id }) => id)].filter(([, all]) => all.length > 1),
    ].map(([change]) => change),
    activityInvented: entries
      .filter(
        (entry) =>
          !asked.has(wishOf(entry)) || (entry.outcome === "done" && !isSo(entry, state, times)),
      )
      .map(describe),
    activityByNobody: entries
      .filter((entry) => !tellsWho(entry, asked.get(wishOf(entry)) ?? []))
      .map(describe),
    notAdmitted: wishes
      .filter(({ ifMatch }) => ifMatch === STALE)
      .map((wish) => doneAs(wish))
      .filter((change) => times.has(change)),
  };
}

function isOnRecord(change: string, times: ReadonlyMap<string, unknown>): boolean {
  const [action, about] = change.split(" ");
  // What has ended nobody calls off any more: its customer is let in again.
  const isLetIn =
    action === "subscription.offboard-cancelled" &&
    times.has(`subscription.offboarded ${about}`) &&
    times.has(`subscription.resumed ${about}`);
  // What is found in the directory may have taken the place of another one.
  return isLetIn || times.has(change) || times.has(change.replace("created", "rotated"));
}

/** The secret of a client that has registered itself, whose name is the service's to choose. */
const FIRST_SECRET = "Registration";

/** What each ask is called on record. */
export const ACTIONS: Readonly<Record<Ask, string>> = {
  create: "client.created",
  register: "client.created",
  "read-registered": "nothing",
  "rename-registered": "client.renamed",
  "delete-registered": "client.deleted",
  "add-secret": "secret.created",
  "remove-secret": "secret.removed",
  rotate: "secret.rotated",
  "rotate-now": "secret.rotated",
  "rotate-self": "secret.rotated",
  retire: "secret.rescheduled",
  "add-certificate": "certificate.created",
  "rotate-certificate": "certificate.rotated",
  "rotate-self-certificate": "certificate.rotated",
  "remove-certificate": "certificate.removed",
  "add-federated": "federated-credential.created",
  "remove-federated": "federated-credential.removed",
  remind: "secret.expiring",
  rename: "client.renamed",
  delete: "client.deleted",
  restore: "client.restored",
  purge: "client.purged",
  suspend: "client.suspended",
  resume: "client.resumed",
  "suspend-own": "client.suspended",
  "resume-own": "client.resumed",
  grant: "consent.granted",
  reject: "consent.rejected",
  revoke: "consent.revoked",
  "suspend-subscription": "subscription.suspended",
  "resume-subscription": "subscription.resumed",
  "block-subscription": "subscription.blocked",
  "unblock-subscription": "subscription.unblocked",
  "offboard-subscription": "subscription.offboarding",
  "keep-subscription": "subscription.offboard-cancelled",
};

/** A change by what came of it: `client.renamed <client> <name>`, `subscription.blocked <subscription>`. */
const changeOf = ({ action, clientId, credentialId, subscription, detail }: Activity): string =>
  action === "client.renamed"
    ? `${action} ${clientId} ${detail?.["displayName"]}`
    : `${action} ${credentialId ?? clientId ?? subscription}`;

/** The same of a wish that makes nothing new. */
const doneAs = ({ ask, name, clientId, keyId, subscription }: Wish): string =>
  [ACTIONS[ask], keyId ?? clientId ?? subscription, ...(RENAMING.includes(ask) ? [name] : [])].join(
    " ",
  );

/** Changes by what was asked for, and whatever that may bring about: what a create makes has no id in its wish. */
const askedOf = ({ ask, name, clientId, keyId, subscription }: Wish): readonly string[] => {
  const action = ACTIONS[ask];
  const own = `${action} ${clientId ?? subscription}`;
  switch (ask) {
    case "create":
      return [`${action} ${name}`];
    case "register":
      return [`${action} ${name}`, `secret.created ${FIRST_SECRET}`];
    case "add-secret":
    case "rename":
    case "rename-registered":
    case "rotate":
    case "rotate-self":
    case "add-certificate":
    case "rotate-certificate":
    case "rotate-self-certificate":
    case "add-federated":
      return [`${action} ${clientId} ${name}`];
    case "rotate-now":
      return [`${action} ${clientId} ${name}`, `secret.retired ${keyId}`];
    case "retire":
      return [`${action} ${keyId}`, `secret.retired ${keyId}`];
    case "remove-secret":
    case "remove-certificate":
    case "remove-federated":
      return [`${action} ${clientId} ${keyId}`];
    case "suspend-subscription":
      return [own, `client.suspended of ${subscription}`];
    case "resume-subscription":
      return [own, `client.resumed of ${subscription}`];
    case "keep-subscription":
      return [own, `subscription.resumed ${subscription}`, `client.resumed of ${subscription}`];
    case "offboard-subscription":
      return [
        own,
        `subscription.offboarded ${subscription}`,
        `client.suspended of ${subscription}`,
        `client.deleted of ${subscription}`,
      ];
    default:
      return [own];
  }
};

function wishOf({ action, clientId, credentialId, subscription, detail }: Activity): string {
  // Stopped with its whole subscription, which is what somebody has asked for.
  if (detail?.["withSubscription"] !== undefined) return `${action} of ${subscription}`;
  const name = String(detail?.["displayName"]);
  if (action === "secret.created" && name === FIRST_SECRET) return `${action} ${name}`;
  const about: Readonly<Record<string, readonly unknown[]>> = {
    "client.created": [name],
    "secret.created": [clientId, name],
    "secret.rotated": [clientId, name],
    "secret.removed": [clientId, credentialId],
    "secret.rescheduled": [credentialId],
    "secret.retired": [credentialId],
    "client.renamed": [clientId, name],
    "certificate.created": [clientId, name],
    "certificate.rotated": [clientId, name],
    "certificate.removed": [clientId, credentialId],
    "federated-credential.created": [clientId, detail?.["subject"]],
    "federated-credential.removed": [clientId, credentialId],
  };
  return [action, ...(about[action] ?? [clientId ?? subscription])].join(" ");
}

/** What has no key is done again when it is asked for again. Everything else is done once. */
const timesAsked = (change: string, asked: ReadonlyMap<string, readonly Wish[]>): number =>
  /^(client.renamed|secret.rescheduled) /.test(change)
    ? (asked.get(change) ?? []).reduce((sum, wish) => sum + wish.asked, 0)
    : 1;

/** Asks that make a credential. */
const MAKING = /^(add-.*|rotate.*)$/;

function* answered(wishes: readonly Wish[]): Generator<string> {
  for (const wish of wishes) {
    const { ask, answer } = wish;
    if (!answer) continue;
    const given = AlreadyReturned.safeParse(answer.body);
    if (given.success)
      yield `${ask === "register" ? "secret.created" : ACTIONS[ask]} ${given.data.keyId}`;
    // What it is called here nobody has told it; what is in the directory has to be on record.
    if (!succeeded(answer) || ask === "register") continue;
    if (ask === "create") yield `client.created ${Created.parse(answer.body).id}`;
    else if (MAKING.test(ask)) yield `${ACTIONS[ask]} ${MadeKey.parse(answer.body)}`;
    else yield doneAs(wish);
  }
}

/** Whoever asked for it: it is so. */
function* foundDone(wishes: readonly Wish[], state: State): Generator<string> {
  const { names, secrets, keys, disabled, granted, suspended, offboarded, blocked } = state;
  for (const id of names.keys()) yield `client.created ${id}`;
  for (const keyId of secrets) yield `secret.created ${keyId}`;
  for (const [id, kind] of keys) yield `${kind}.created ${id}`;
  for (const id of disabled) yield `client.suspended ${id}`;
  for (const id of granted) yield `consent.granted ${id}`;
  for (const id of suspended)
    yield `subscription.${offboarded.has(id) ? "offboarding" : "suspended"} ${id}`;
  for (const id of blocked) yield `subscription.blocked ${id}`;
  for (const wish of wishes) {
    const { ask, name, clientId = "", keyId = "" } = wish;
    if (RENAMING.includes(ask) && names.get(clientId) === name) yield doneAs(wish);
    if (DELETING.includes(ask) && !names.has(clientId)) yield doneAs(wish);
    if (/^remove-/.test(ask) && !secrets.has(keyId) && !keys.has(keyId)) yield doneAs(wish);
    if ((ask === "rotate-now" || ask === "retire") && !secrets.has(keyId))
      yield `secret.retired ${keyId}`;
  }
}

/** What the directory may be found to have done: a host has died between doing it there and writing it down. */
const FOUND_THERE = ["consent.granted", "consent.revoked"];

/** What the service does when a time has come that somebody has named. */
const IN_TIME = ["secret.retired", "subscription.offboarded"];

/** @param asked whatever may have brought it about */
function tellsWho(
  { action, by: { actor, requestId }, detail }: Activity,
  asked: readonly Wish[],
): boolean {
  if (actor.kind === "directory") return FOUND_THERE.includes(action);
  if (actor.kind === "service") return IN_TIME.includes(action);
  const isOfWhole = detail?.["withSubscription"] !== undefined && actor.kind === "operator";
  const isTheirs = isOfWhole || asked.some(({ ask }) => actorOf(ask) === actor.kind);
  return isTheirs && actor.subject !== undefined && requestId !== undefined;
}

/** As what an ask's caller is on record. */
const actorOf = (ask: Ask): string => {
  const { by } = KINDS[ask];
  return by === "registrant" ? "client" : by;
};

const describe = ({ id, action, outcome }: Activity): string => `${id} ${action} ${outcome}`;
