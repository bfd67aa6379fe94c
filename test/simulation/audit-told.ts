import type { Activity } from "../../shared/clients/activity.ts";
import type { ClientEvent } from "../../shared/events/client-event.ts";

const OF_CHANGES = /^(client|secret|certificate|federated-credential|subscription|operation)\./;
/** Told of otherwise, or to nobody where they change nothing. */
const MAY_BE_UNTOLD = [
  "client.created",
  "client.renamed",
  "client.suspended",
  "client.resumed",
  "operation.retried",
];
const MADE = ["client.created", "secret.created", "secret.rotated"];
/** That an operator asks for it is told first, and noted with what is taken up. */
const MAY_BE_UNRECORDED = "operation.retried";
const TAKEN_BACK = ["secret.created", "secret.rotated", "secret.removed", "secret.rescheduled"];

/** Other systems have heard of every change that is on record as done, and of none besides. */
export function auditTold(events: readonly ClientEvent[], entries: readonly Activity[]): string[] {
  const done = new Map<string, number>();
  const undone = new Set<string>();
  for (const { id, action, clientId, outcome } of entries) {
    if (outcome !== "done" && MADE.includes(action)) undone.add(operationOf(id));
    // What is about no client yet is told to nobody; decisions are the consent clock's.
    const isTold =
      !action.startsWith("consent.") &&
      (clientId !== undefined || !action.startsWith("operation."));
    if (outcome === "done" && isTold) add(done, whatOf(id, action, clientId));
  }
  const told = new Map<string, number>();
  for (const { id, type, clientId } of events) {
    // A secret whose value nobody was given is taken back, and so is what may have been told of it.
    const isTakenBack = TAKEN_BACK.includes(type) && undone.has(operationOf(id));
    const isOfChange = OF_CHANGES.test(type) && type !== MAY_BE_UNRECORDED;
    if (isOfChange && !isTakenBack) add(told, whatOf(id, type, clientId));
  }
  const times = (counts: ReadonlyMap<string, number>, what: string) => counts.get(what) ?? 0;
  const isSeen = (what: string) => !MAY_BE_UNTOLD.some((action) => what.startsWith(`${action} `));
  return [
    ...[...done.keys()]
      .filter((what) => isSeen(what) && times(done, what) > times(told, what))
      .map((what) => `untold: ${what}`),
    ...[...told.keys()]
      .filter((what) => times(told, what) > times(done, what))
      .map((what) => `invented: ${what}`),
  ];
}

const operationOf = (id: string): string => id.split(":")[0] ?? "";

/** A deletion has one id whoever finds it, a removal beside another change has what it removed in its id, a retry has its turn. */
function whatOf(id: string, type: string, clientId: string | undefined): string {
  if (type === "client.deleted") return `${type} ${clientId}`;
  return `${type} ${type.startsWith("operation.") ? id : operationOf(id)}`;
}

const add = (counts: Map<string, number>, what: string) =>
  counts.set(what, (counts.get(what) ?? 0) + 1);
