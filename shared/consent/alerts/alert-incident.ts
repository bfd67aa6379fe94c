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
 * message that is put off, which names the channels that have it; a death before that repeats the alert under its id. A fault of
 * ours on a channel is thrown once nothing else is left, for whoever is told with it would be told again.
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
  const tries = await Promise.all(
    missing.map(async ({ name, send }) => {
      try {
        await send({ ...alert, sentAt: deps.runtime.now() });
        return { name };
      } catch (error) {
        note(`not-told:${name}`);
        return { error };
      }
    }),
  );
  const reached = tries.flatMap(({ name }) => name ?? []);
  const errors = tries.flatMap(({ error }) => error ?? []);
  if (errors.length === 0) return "told";
  const isOurs = (error: unknown): boolean => !(error instanceof RemoteUnavailable);
  if (reached.length === 0 && errors.every(isOurs)) throw errors[0];
  await deps.putOff({ ...incident, told: [...told, ...reached] });
  return "put-off";
}
