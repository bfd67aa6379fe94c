import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { StopNotice } from "../../events/stop-notice.ts";
import type { AlertChannel, StopAlert } from "./alert.ts";
import type { AlertGate } from "./alert-gate.ts";

export interface StopDeps {
  readonly channels: readonly AlertChannel[];
  readonly gate: Pick<AlertGate, "ready" | "heldMs" | "count">;
  readonly runtime: Runtime;
  /** This service's own page of what waits for operators. */
  readonly queueUrl: string;
  /** The same message again, later. Throws `RemoteUnavailable`. */
  putOff(notice: StopNotice, at: Date): Promise<void>;
}

/** When a channel that did not take the alert is tried again, at the earliest. */
const AGAIN_MS = 60_000;

/**
 * Tells every channel that an operator has stopped something, as far as the gate lets it out: what a receiver has no room for comes
 * when there is some, one by one, and names the channels that have it. A death before that is noted repeats the alert under its id.
 */
export async function alertStop(deps: StopDeps, notice: StopNotice): Promise<"told" | "put-off"> {
  const { gate, runtime } = deps;
  const { told = [], subscription } = notice;
  await gate.ready();
  const alert = alertOf(deps, notice);
  const tries = await Promise.all(
    deps.channels
      .filter(({ name }) => !told.includes(name))
      .map(async ({ name, send }) => {
        const heldMs = gate.heldMs(name, subscription, false);
        if (heldMs > 0) return { name, againMs: heldMs };
        const takeBack = gate.count(name, subscription);
        try {
          await send({ ...alert, sentAt: runtime.now() });
          return { name };
        } catch (error) {
          takeBack();
          if (!(error instanceof RemoteUnavailable)) throw error;
          note(`not-told:${name}`);
          return { name, againMs: 0 };
        }
      }),
  );
  const left = tries.flatMap(({ againMs }) => (againMs === undefined ? [] : [againMs]));
  if (left.length === 0) return "told";
  const reached = tries.filter(({ againMs }) => againMs === undefined).map(({ name }) => name);
  const againMs = Math.max(AGAIN_MS, Math.min(...left));
  const again = { ...notice, told: [...told, ...reached] };
  await deps.putOff(again, new Date(runtime.now().getTime() + againMs));
  return "put-off";
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
