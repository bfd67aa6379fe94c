import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { By } from "../../clients/actor.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import { noteLateDay } from "../admission/active-day.ts";
import { asideActivity } from "../admission/activity-of.ts";
import { type EndDeps, end } from "../admission/end.ts";
import { type Held, holderOf, isKind, takesPlace } from "../admission/operation.ts";
import { ownKey } from "../admission/own-key.ts";
import type { Journal, OperationRecords, ParkedOperation } from "../admission/ports.ts";
import { eventOf, tell, tellOf } from "../admission/tell.ts";
import { type CheckDeps, checkLater } from "./checks.ts";
import { watchForGivenUp } from "./given-up.ts";
import { type SettleDeps, settle } from "./settle.ts";

export interface ParkedDeps extends SettleDeps, EndDeps, CheckDeps {
  readonly journal: SettleDeps["journal"] & Pick<Journal, "parked" | "findParked" | "unlistParked">;
  readonly operations: SettleDeps["operations"] &
    Pick<OperationRecords, "parked" | "unpark" | "key" | "underWay">;
  readonly reconcileAfterMs: number;
}

export type ParkedRefusal =
  | { readonly reason: "operation-not-found" }
  | Extract<ClientRefusal, { reason: "client-busy" }>;

/** Operations that nobody could end, oldest first. Their number is bounded by what goes wrong. */
export async function listParked(deps: Pick<ParkedDeps, "journal">): Promise<ParkedOperation[]> {
  const found: ParkedOperation[] = [];
  for await (const parked of deps.journal.parked()) found.push(parked);
  return found.toSorted((a, b) => a.parkedAt.getTime() - b.parkedAt.getTime());
}

/** Tries again to end it, now that what stood in the way may have been mended. */
export async function retryParked(
  deps: ParkedDeps,
  operationId: string,
  by: By,
): Promise<Outcome<Awaited<ReturnType<typeof settle>>, ParkedRefusal>> {
  const taken = await takeUp(deps, operationId, by);
  return taken.ok ? done(await settle(deps, taken.value)) : taken;
}

/** What has become of an operation that was tried again; `waiting` also when it has ended since. */
export async function stateOf(
  { journal }: Pick<ParkedDeps, "journal">,
  operationId: string,
): Promise<"waiting" | "parked"> {
  return (await journal.findParked(operationId)) ? "parked" : "waiting";
}

/**
 * Ends it as if it had not been asked for. What a create has made is deleted when the directory shows it; what another change may
 * have left there is for the operator to look at.
 */
export async function giveUpParked(
  deps: ParkedDeps,
  operationId: string,
  by: By,
): Promise<Outcome<undefined, ParkedRefusal>> {
  const taken = await takeUp(deps, operationId);
  if (!taken.ok) return taken;
  const held = taken.value;
  const key = await ownKey(deps.operations, held.entry);
  const hasPlace = takesPlace(held.entry.operation);
  const at = deps.runtime.now();
  const given = asideActivity(held.entry, at, by, { action: "operation.given-up" });
  await tellOf(deps, given);
  if (isKind(held, "create")) await watchForGivenUp(deps, held.entry);
  await tellWhenItGoes(deps, held, at);
  await end(deps, held, {
    came: { outcome: "given-up" },
    also: given,
    ...(hasPlace && { placeBack: {} }),
    ...(key && { key: { key } }),
  });
  return done(undefined);
}

/**
 * When a secret goes may have been told before what says so was set aside; now it is as it is on record. What was to go at once may have
 * gone: a pass over the directory finds that.
 */
async function tellWhenItGoes(deps: ParkedDeps, { entry }: Held, at: Date): Promise<void> {
  const { operation, subscription, turn } = entry;
  const { kind } = operation;
  if (kind !== "rotate-secret" && kind !== "rotate-certificate" && kind !== "move-retirement")
    return;
  if (kind !== "move-retirement" && operation.retiresAt <= operation.createdAt) return;
  const { clientId, keyId } = operation;
  if (!(await deps.records.client(subscription, clientId))) return;
  const found = await deps.secrets.secret(subscription, clientId, keyId);
  if (!found) return;
  const { kind: what, retiresAt } = found.record;
  const data = {
    ...{ keyId, ...(what && { kind: what }) },
    ...(retiresAt && { retiresAt: retiresAt.toISOString() }),
  };
  const event = eventOf(entry, `${what ?? "secret"}.rescheduled`, { clientId, at, data });
  // Its own, where that is what was told: the bus drops what has the same id.
  await tell(deps, { ...event, id: `${event.id}:${turn}` });
}

/** Under way again, and looked after, before it is off the list: a death in between leaves it in one of the two places. */
async function takeUp(
  deps: ParkedDeps,
  operationId: string,
  retriedBy?: By,
): Promise<Outcome<Held, ParkedRefusal>> {
  const { journal, operations, runtime, reconcileAfterMs } = deps;
  const listed = await journal.findParked(operationId);
  if (!listed) return refused({ reason: "operation-not-found" });
  const { subscription, clientId } = listed;
  const parked = await operations.parked(subscription, operationId);
  const underWay = await operations.underWay(subscription, clientId ?? operationId);
  // Before anybody is told that it is tried again.
  if (underWay && (parked || underWay.entry.operationId === operationId))
    return refused({ reason: "client-busy", retryAfterSeconds: 10 });
  if (!parked) {
    await journal.unlistParked(operationId);
    return refused({ reason: "operation-not-found" });
  }
  const at = new Date(runtime.now().getTime() + reconcileAfterMs);
  await checkLater(
    deps,
    {
      type: "operation.check",
      version: 1,
      operationId,
      subscription,
      ...(clientId !== undefined && { clientId: holderOf(parked.entry) }),
    },
    at,
  );
  await noteLateDay(deps, parked.entry);
  const now = runtime.now();
  const retried =
    retriedBy && asideActivity(parked.entry, now, retriedBy, { action: "operation.retried" });
  if (retried) await tellOf(deps, retried);
  // Rows from before it was noted there do not say since when it holds nothing; the list does.
  const entry = { parkedAt: listed.parkedAt, ...parked.entry };
  const held = await operations.unpark({ ...parked, entry }, now, retried);
  if (!held) return refused({ reason: "client-busy", retryAfterSeconds: 10 });
  await journal.unlistParked(operationId);
  return done(held);
}
