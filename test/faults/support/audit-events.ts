import type { Activity } from "../../../shared/clients/activity.ts";
import { entriesOf } from "./audit-activity.ts";
import type { State } from "./state-of.ts";

/** Other systems have heard of every change that is on record, and of none besides. */
export interface EventsDamage {
  /** Changes that are on record as done and of which no event tells. */
  readonly eventsLost: readonly string[];
  /** Events, by their ids, beyond the changes that are on record. */
  readonly eventsInvented: readonly string[];
}

export const noEventsDamage: EventsDamage = { eventsLost: [], eventsInvented: [] };

export function auditEvents({ found }: State): EventsDamage {
  if (!found.events) return noEventsDamage;
  const entries = entriesOf(found);
  const ids = new Set(entries.map(({ id }) => id));
  // An operator's resume of what its customer keeps stopped is told as that alone.
  const isTold = ({ id, action }: Activity): boolean =>
    action !== "client.resumed" || !ids.has(`${id.split(":")[0]}:client.suspended`);
  const done = Map.groupBy(
    entries.filter((entry) => entry.outcome === "done" && isTold(entry)),
    ({ action, clientId, subscription }) => `${action} ${clientId ?? subscription}`,
  );
  // A secret whose value nobody was given is taken back, and so is what may have been told of it: by the very operation, whose entry
  // names no client where the directory was late to show one.
  const takenBack = new Set(
    entries
      .filter(({ action, outcome }) => outcome === "undone" && MADE.includes(action))
      .flatMap(({ id, action }) => {
        const [operationId] = id.split(":");
        return [toldOf(action), ...ALSO_TOLD].map((type) => `${operationId}:${type}`);
      }),
  );
  const kept = found.events.filter(({ id }) => !takenBack.has(id));
  const told = new Map(
    [...Map.groupBy(kept, ({ type, subject }) => `${type} ${subject}`)].map(([what, events]) => [
      what,
      new Set(events.map(({ id }) => id)),
    ]),
  );
  const isOfChange = (what: string) => !NOT_OF_CHANGES.some((type) => what.startsWith(type));
  return {
    eventsLost: [...done]
      .filter(([what, entries]) => (told.get(what)?.size ?? 0) < changesIn(entries))
      .map(([what]) => what),
    eventsInvented: [...told]
      .filter(([what, ids]) => isOfChange(what) && ids.size > (done.get(what)?.length ?? 0))
      .map(([what]) => what),
  };
}

/** The name that a client has already changes nothing when it is asked for again: on record, and told to nobody. */
const changesIn = (entries: readonly Activity[]): number =>
  new Set(
    entries.map(({ id, action, detail }) =>
      action === "client.renamed" ? detail?.["displayName"] : id,
    ),
  ).size;

const MADE = ["client.created", "secret.created", "secret.rotated"];
/** That it is gone, and that the old one, of which a rotation may have said that it goes, stays. */
const ALSO_TOLD = ["secret.removed", "secret.rescheduled"];

/** Of a client that has registered itself and was taken back nothing was told but its secret. */
const toldOf = (action: string): string =>
  action === "client.created" ? "secret.created" : action;

/** What the clock tells by itself, and that a change was set aside and tried again, which has entries of its own. */
const NOT_OF_CHANGES = [
  "operation.",
  "consent.requested",
  "consent.reminded",
  "consent.breached",
  "consent.escalated",
  "secret.expiring",
];
