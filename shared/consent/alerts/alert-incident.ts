import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { OperationIncident } from "../../events/operation-incident.ts";
import type { AlertChannel } from "./alert.ts";

export interface IncidentDeps {
  readonly channels: readonly AlertChannel[];
  readonly runtime: Runtime;
  /** This service's own page of what waits for operators. */
  readonly queueUrl: string;
  /** The same message again, later. Throws `RemoteUnavailable`. */
  putOff(incident: OperationIncident): Promise<void>;
}

/**
 * Alerts operators to something that only they can mend, on every channel. What a channel did not take is tried again by the
 * message that is put off, which names the channels that have it; a death before that repeats the alert under its id.
 */
export async function alertIncident(
  deps: IncidentDeps,
  incident: OperationIncident,
): Promise<"told" | "put-off"> {
  const { id, operationId, subscription, kind, clientId, reason, at, told = [] } = incident;
  const alert = {
    stage: "incident" as const,
    ...{ id, operationId, subscription, kind, reason, queueUrl: deps.queueUrl },
    happenedAt: new Date(at),
    ...(clientId !== undefined && { clientId }),
  };
  const missing = deps.channels.filter(({ name }) => !told.includes(name));
  const reached = await Promise.all(
    missing.map(async (channel) => {
      try {
        await channel.send({ ...alert, sentAt: deps.runtime.now() });
        return [channel.name];
      } catch (error) {
        if (!(error instanceof RemoteUnavailable)) throw error;
        note(`not-told:${channel.name}`);
        return [];
      }
    }),
  );
  if (reached.every(({ length }) => length > 0)) return "told";
  await deps.putOff({ ...incident, told: [...told, ...reached.flat()] });
  return "put-off";
}
