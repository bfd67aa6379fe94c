import { backOff } from "../../base/back-off.ts";
import { AGAIN, insist } from "../../base/insist.ts";
import { note } from "../../base/observation.ts";
import type { Actor } from "../../clients/actor.ts";
import type { ClientRecord } from "../../clients/client.ts";
import { type Standing, standingOf } from "../../clients/standing.ts";
import type { ConsentRequested } from "../../events/consent-requested.ts";
import { EVENTS, REQUESTED, requestedOf, stageEvents } from "../alerts/announcements.ts";
import { newClaim } from "../claim.ts";
import { type ConsentCase, clockOf, openCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { wasTold } from "../told.ts";
import { type Checked, checkConsent } from "./check.ts";
import { tellDue } from "./tell-due.ts";

export interface HandleRequestedDeps extends ConsentDeps {
  /** Finishes or undoes a create that its host has left. `waiting`: not now. */
  readonly settleCreate: (ref: {
    readonly subscription: string;
    readonly operationId: string;
  }) => Promise<"ended" | "waiting">;
}

type Version2 = Extract<ConsentRequested, { version: 2 }>;
type Version1 = Extract<ConsentRequested, { version: 1 }>;

/** A client younger than this has not been granted anything yet: its first alert does not wait for the directory. */
const NEW_MS = 60_000;
/** Whoever decides need not know how many more a customer has, and no create may cost what all that were made before it do. */
const MOST_COUNTED = 25;
/** A message of version 1 may overtake the record of its client by moments: so often it is put off before it is given up. */
const MAX_ATTEMPTS_V1 = 5;

/**
 * Puts a new client on the list of those that wait, which keeps it until it is decided, and tells operators and other systems.
 * The message is scheduled before its create begins, so it is also how a create that died is found: one that is not ended is
 * waited for, and settled once it is old enough.
 *
 * @throws RemoteUnavailable when the records are away: the message has to come again
 */
export async function handleRequested(
  deps: HandleRequestedDeps,
  message: ConsentRequested,
): Promise<Checked> {
  return message.version === 1 ? handleVersion1(deps, message) : handleVersion2(deps, message);
}

async function handleVersion2(deps: HandleRequestedDeps, message: Version2): Promise<Checked> {
  const { subscription, operationId } = message;
  const settledFrom = new Date(Date.parse(message.requestedAt) + deps.reconcileAfterMs);
  const isOld = deps.runtime.now() >= settledFrom;
  // The subscription's clients in one request: this one is nearly always among them, with what else its customer has.
  const owned = await deps.records.owned(subscription, MOST_COUNTED);
  const among = owned.clients.find((client) => client.operationId === operationId)?.read().record;
  const made = among ?? (owned.more ? await restored(deps, message) : undefined);
  if (made?.requester)
    return listAndTell(deps, made, {
      requestedBy: nameOf(made.requester),
      before: standingOf(owned, made.id),
    });
  const read = () => deps.records.requested(subscription, operationId);
  let became = await read();
  if (became.state === "under-way" && isOld) {
    const settled = await deps.settleCreate({ subscription, operationId });
    if (settled === "ended") became = await read();
  }
  switch (became.state) {
    case "recorded": {
      const { record, requestedBy, actor } = became;
      const present = await deps.records.client(subscription, record.id);
      // Deleted, or back from that: then its restore has a message of its own, which does not say that it was made.
      if (present?.record.operationId !== operationId) return tellSystems(deps, record);
      const asked = { ...record, ...(actor && { requester: actor }) };
      return listAndTell(deps, asked, { requestedBy, before: standingOf(owned, record.id) });
    }
    case "under-way":
      await deps.consentQueue.putOff(message, backOff(deps.runtime, message.attempt ?? 0));
      return "put-off";
    case "nothing":
      if (isOld) {
        // Refused or undone; whoever has not been admitted by now never will be.
        note("consent-without-client");
        return "nothing";
      }
      // A host that stalled may still admit it.
      await deps.consentQueue.putOff(message, settledFrom);
      return "put-off";
  }
}

/** A client that is back is not found by its create: that was another operation. */
async function restored(
  { records }: ConsentDeps,
  { subscription, operationId, clientId }: Version2,
): Promise<ClientRecord | undefined> {
  const back = clientId === undefined ? undefined : await records.client(subscription, clientId);
  return back?.record.operationId === operationId ? back.record : undefined;
}

async function handleVersion1(deps: HandleRequestedDeps, message: Version1): Promise<Checked> {
  const owned = await deps.records.client(message.subscription, message.clientId);
  // Whoever can name the client and not its create is not who made it.
  const isItsCreate = owned?.record.operationId === message.operationId;
  if (owned && isItsCreate)
    return listAndTell(deps, owned.record, { requestedBy: message.requestedBy });
  if (owned) {
    note("consent-not-of-this-create");
    return "nothing";
  }
  const { attempt = 0 } = message;
  if (attempt >= MAX_ATTEMPTS_V1) {
    note("consent-without-client");
    return "nothing";
  }
  await deps.consentQueue.putOff(message, backOff(deps.runtime, attempt));
  return "put-off";
}

/** Other systems hear of a client that was deleted before anybody could be told; administrators have nothing to decide. */
async function tellSystems(deps: ConsentDeps, record: ClientRecord): Promise<Checked> {
  const subject = openCase(record, "");
  await deps.events.publishAll(stageEvents(deps, subject, requestedOf(subject)));
  return "stale";
}

/** As administrators may know them. */
const nameOf = ({ displayName, subject }: Actor): string => displayName ?? subject ?? "unknown";

/** The row that lists a client this moment is also the claim of what is told first. */
async function listAndTell(
  deps: ConsentDeps,
  record: ClientRecord,
  { requestedBy, before }: { readonly requestedBy: string; readonly before?: Standing },
): Promise<Checked> {
  const isNew = deps.runtime.now().getTime() - record.consent.requestedAt.getTime() <= NEW_MS;
  const begun = { ...openCase(record, requestedBy), ...(before && { before }) };
  if (record.restoredAt) return lookAtRestored(deps, begun);
  const claimed = { ...begun, clock: { ...clockOf(begun), claim: newClaim(deps) } };
  if (record.consent.state === "pending") {
    const opened = await deps.cases.open(isNew ? claimed : begun);
    if (opened && isNew) return tellDue(deps, opened, undefined, true);
  }
  return checkConsent(deps, record.id);
}

/**
 * A client that was deleted and is back, on the list again as it stands. Somebody may have brought its grant back as well: the
 * directory is asked before anybody is told to decide.
 */
async function lookAtRestored(deps: ConsentDeps, found: ConsentCase): Promise<Checked> {
  const { clock: _, ...decided } = found;
  const { clientId, operationId, consent } = found;
  const isPending = consent.state === "pending";
  const listed = isPending ? found : decided;
  await insist(deps.runtime, async () => {
    if (await deps.cases.open(listed)) return "listed";
    const there = await deps.cases.get(consent.state, clientId);
    if (!there) return AGAIN;
    if (there.found.operationId === operationId) return "listed";
    // As it stood before it was deleted: what takes that off its list must not meet it. What it still owes stays owed, under its id.
    const owes = isPending && !wasTold(clockOf(there.found).told, REQUESTED, EVENTS);
    const { madeBy = there.found.operationId } = there.found;
    const next = owes ? { ...there.found, operationId, madeBy, consent } : listed;
    return (await deps.cases.replace(next, there.version)) ? "listed" : AGAIN;
  });
  return isPending ? checkConsent(deps, found.clientId) : "decided";
}
