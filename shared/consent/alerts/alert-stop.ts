import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { StopNotice } from "../../events/stop-notice.ts";
import { type ClaimDeps, isHeld, newClaim } from "../claim.ts";
import type { AlertChannel, StopAlert } from "./alert.ts";
import type { AlertGate } from "./alert-gate.ts";
import { WORTH_A_DIGEST_FROM_MS } from "./digest.ts";
import type { StopLog, VersionedStop } from "./stop-log.ts";

interface StopDeps {
  readonly channels: readonly AlertChannel[];
  readonly gate: Pick<AlertGate, "ready" | "heldMs" | "count">;
  readonly runtime: Runtime;
  /** This service's own page of what waits for operators. */
  readonly queueUrl: string;
  readonly stopLog: StopLog;
}

export interface StopMessageDeps extends StopDeps {
  /** The same message again, later. Throws `RemoteUnavailable`. */
  putOff(notice: StopNotice, at: Date): Promise<void>;
}

/** When a channel that did not take the alert is tried again, at the earliest. */
const AGAIN_MS = 60_000;

/**
 * Tells every channel that an operator has stopped something, as far as the gate lets it out. What the subscription's budget or a
 * receiver has no room for is kept for the sweep, which tells it in a digest, or singly when there is room; a channel that is away is
 * tried again by the message that is put off, which names those that have it. A death before either is noted repeats the alert under
 * its id. A fault of ours on a channel is thrown once nothing else is left, for whoever is told with it would be told again.
 */
export async function alertStop(
  deps: StopMessageDeps,
  notice: StopNotice,
): Promise<"told" | "kept" | "put-off"> {
  const { told, left } = await tellChannels(deps, notice);
  if (left.length === 0) return "told";
  const isProgress = told.length > (notice.told ?? []).length;
  if (!isProgress && left.every(({ defect }) => defect)) throw left[0]?.defect;
  const again = { ...notice, told };
  if (left.some(({ heldMs }) => heldMs >= WORTH_A_DIGEST_FROM_MS)) {
    try {
      await deps.stopLog.keep(again);
      return "kept";
    } catch (error) {
      if (!(error instanceof RemoteUnavailable)) throw error;
      note("stop-not-kept");
    }
  }
  const againMs = Math.max(AGAIN_MS, Math.min(...left.map(({ heldMs }) => heldMs)));
  await deps.putOff(again, new Date(deps.runtime.now().getTime() + againMs));
  return "put-off";
}

/**
 * Tells of one that was kept whatever there is room for now, once it has claimed it. Nothing to be told now costs nothing.
 *
 * @returns what is to be told of it still; nothing when everybody has it, or another host is telling it
 * @throws a fault of ours on a channel, once it is noted who has it
 */
export async function tellHeldStop(
  deps: StopDeps & ClaimDeps,
  listed: VersionedStop,
): Promise<StopNotice | undefined> {
  const { held, version } = listed;
  const { stopLog, gate } = deps;
  if (isHeld(held.claim, deps)) return undefined;
  const missing = missingOf(deps, held.notice);
  const isShut = ({ name }: AlertChannel) => gate.heldMs(name, held.notice.subscription, true) > 0;
  if (missing.length > 0 && missing.every(isShut)) return held.notice;
  const claimed = await stopLog.save({ ...held, claim: newClaim(deps) }, version);
  if (!claimed) return undefined;
  const { told, left } = await tellChannels(deps, held.notice);
  const notice = { ...held.notice, told };
  if (left.length > 0) await stopLog.save({ notice }, claimed.version);
  else await stopLog.forget(notice.id, claimed.version);
  const faulty = left.find(({ defect }) => defect);
  if (faulty) throw faulty.defect;
  return left.length > 0 ? notice : undefined;
}

/** Notes that a channel has it, in a digest. */
export async function noteStopTold(
  deps: Pick<StopDeps, "stopLog" | "channels"> & ClaimDeps,
  id: string,
  channel: AlertChannel["name"],
): Promise<void> {
  const listed = await deps.stopLog.get(id);
  if (!listed || isHeld(listed.held.claim, deps)) return;
  const notice = { ...listed.held.notice, told: [...(listed.held.notice.told ?? []), channel] };
  if (missingOf(deps, notice).length > 0) await deps.stopLog.save({ notice }, listed.version);
  else await deps.stopLog.forget(id, listed.version);
}

export const missingOf = (
  { channels }: Pick<StopDeps, "channels">,
  { told = [] }: StopNotice,
): readonly AlertChannel[] => channels.filter(({ name }) => !told.includes(name));

interface Tried {
  readonly name: AlertChannel["name"];
  readonly heldMs?: number;
  readonly defect?: unknown;
}

/**
 * Which channels have it by now; of the others, for how long they are held back, in milliseconds: 0 when they are away, or when it is
 * our own fault that they do not have it.
 */
async function tellChannels(deps: StopDeps, notice: StopNotice) {
  const { gate, runtime } = deps;
  const { told = [], subscription } = notice;
  await gate.ready();
  const alert = alertOf(deps, notice);
  const tries = await Promise.all(
    missingOf(deps, notice).map(async ({ name, send }): Promise<Tried> => {
      const heldMs = gate.heldMs(name, subscription, true);
      if (heldMs > 0) return { name, heldMs };
      const takeBack = gate.count(name, subscription);
      try {
        await send({ ...alert, sentAt: runtime.now() });
        return { name };
      } catch (error) {
        takeBack();
        note(`not-told:${name}`);
        return { name, heldMs: 0, ...(!(error instanceof RemoteUnavailable) && { defect: error }) };
      }
    }),
  );
  const reached = tries.flatMap(({ name, heldMs }) => (heldMs === undefined ? [name] : []));
  const left = tries.flatMap(({ heldMs, defect }) =>
    heldMs === undefined ? [] : [{ heldMs, defect }],
  );
  return { told: [...told, ...reached], left };
}

const alertOf = (
  { queueUrl }: StopDeps,
  { id, operationId, subscription, clientId, action, reason, by, at }: StopNotice,
): Omit<StopAlert, "sentAt"> => ({
  stage: "stop",
  ...{ id, operationId, subscription, action, by, queueUrl, happenedAt: new Date(at) },
  ...(clientId !== undefined && { clientId, requestUrl: `${queueUrl}/${clientId}` }),
  ...(reason !== undefined && { reason }),
});
