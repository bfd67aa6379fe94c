import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { THE_SERVICE } from "../../clients/actor.ts";
import { DirectoryRefused } from "../../clients/ports.ts";
import { noteLateDay } from "../admission/active-day.ts";
import { asideActivity } from "../admission/activity-of.ts";
import type { EndDeps } from "../admission/end.ts";
import { type Held, isKind } from "../admission/operation.ts";
import type { Journal, OperationRecords } from "../admission/ports.ts";
import { type TellDeps, tellOf } from "../admission/tell.ts";
import type { CheckDeps } from "./checks.ts";
import { report } from "./incident.ts";
import type { Settled, Settlers } from "./settler.ts";

export interface SetAsideDeps extends CheckDeps, TellDeps {
  readonly operations: Pick<OperationRecords, "park">;
  readonly journal: CheckDeps["journal"] & TellDeps["journal"] & Pick<Journal, "park">;
  readonly runtime: Runtime;
}

export interface SettleDeps extends SetAsideDeps, EndDeps {
  readonly operations: EndDeps["operations"] & Pick<OperationRecords, "take" | "park">;
  readonly journal: SetAsideDeps["journal"] & Pick<Journal, "active">;
  readonly settlers: Settlers;
  readonly runtime: Runtime;
}

/** How often an operation is taken up before it is set aside for operators: with back-off, about a day. */
const MOST_TURNS = 300;

/**
 * Ends one abandoned operation, or sets it aside. It changes hands first, so that of two workers one works on it and whoever
 * had it before can end nothing any more.
 *
 * @throws RemoteUnavailable leaves it for the next attempt
 */
export async function settle(
  deps: SettleDeps,
  abandoned: Held,
): Promise<"finished" | "undone" | "waiting" | "parked"> {
  const held = await deps.operations.take(abandoned, deps.runtime.now());
  if (!held) return "waiting";
  await noteLateDay(deps, held.entry);
  const isLast = held.entry.turn >= MOST_TURNS;
  const settled = await act(deps.settlers, held).catch((error: unknown) =>
    whenFailed(error, isLast),
  );
  if (typeof settled === "object") return setAside(deps, settled.held ?? held, settled.stuck);
  return settled === "waiting" && isLast ? setAside(deps, held, "unavailable") : settled;
}

function act(settlers: Settlers, held: Held): Promise<Settled> {
  if (isKind(held, "create")) return settlers.create(held);
  if (isKind(held, "rename")) return settlers.rename(held);
  if (isKind(held, "delete")) return settlers.delete(held);
  if (isKind(held, "restore")) return settlers.restore(held);
  if (isKind(held, "purge")) return settlers.purge(held);
  if (isKind(held, "add-secret")) return settlers["add-secret"](held);
  if (isKind(held, "remove-secret")) return settlers["remove-secret"](held);
  if (isKind(held, "add-federated")) return settlers["add-federated"](held);
  if (isKind(held, "remove-federated")) return settlers["remove-federated"](held);
  if (isKind(held, "rotate-secret")) return settlers["rotate-secret"](held);
  if (isKind(held, "add-certificate")) return settlers["add-certificate"](held);
  if (isKind(held, "remove-certificate")) return settlers["remove-certificate"](held);
  if (isKind(held, "rotate-certificate")) return settlers["rotate-certificate"](held);
  if (isKind(held, "retire-secret")) return settlers["retire-secret"](held);
  if (isKind(held, "move-retirement")) return settlers["move-retirement"](held);
  if (isKind(held, "suspend")) return settlers.suspend(held);
  if (isKind(held, "resume")) return settlers.resume(held);
  throw new Error(`An operation of unknown kind is under way: ${held.entry.operation.kind}`);
}

/** What the directory will not show for good is no outage: nobody but an operator can say what became of it. */
function whenFailed(error: unknown, isLast: boolean): Settled {
  if (error instanceof DirectoryRefused) return { stuck: error.refusal.reason };
  if (error instanceof RemoteUnavailable && isLast) return { stuck: "unavailable" };
  throw error;
}

/**
 * Nothing of the operation is in flight any more by now, so its lock is released for every kind of change. The list for
 * operators is written first: alone it is harmless, for whoever reads it finds the operation still under way.
 */
export async function setAside(
  deps: SetAsideDeps,
  held: Held,
  reason: string,
): Promise<"parked" | "waiting"> {
  const { operationId, subscription, operation, startedAt } = held.entry;
  const parkedAt = deps.runtime.now();
  await deps.journal.park({
    operationId,
    subscription,
    kind: operation.kind,
    ...(operation.kind !== "create" && { clientId: operation.clientId }),
    startedAt,
    parkedAt,
    reason,
  });
  await report(deps, held, "parked");
  note("operation-parked");
  const entry = asideActivity(held.entry, parkedAt, THE_SERVICE, {
    action: "operation.parked",
    reason,
  });
  await tellOf(deps, entry);
  return (await deps.operations.park(held, entry)) ? "parked" : "waiting";
}
