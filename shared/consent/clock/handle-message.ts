import { backOff } from "../../base/back-off.ts";
import { nameOperation } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ConsentLook } from "../../events/consent-look.ts";
import type { ConsentMessage } from "../../events/consent-message.ts";
import { takeOff } from "../unlist-client.ts";
import { type Checked, checkConsent } from "./check.ts";
import { type HandleRequestedDeps, handleRequested } from "./handle-requested.ts";

/**
 * Works on one message of the queue `consent`. What a service that is away keeps from being done
 * comes again later as a message of its own: a delivery is used up only by what is wrong with a message or with us.
 *
 * @throws RemoteUnavailable when not even that could be sent
 */
export async function handleMessage(
  deps: HandleRequestedDeps,
  message: ConsentMessage,
): Promise<Checked> {
  nameOperation(message.operationId);
  try {
    return message.type === "consent.requested"
      ? await handleRequested(deps, message)
      : await handleLook(deps, message);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    await deps.consentQueue.putOff(message, backOff(deps.runtime, message.attempt ?? 0));
    return "put-off";
  }
}

async function handleLook(deps: HandleRequestedDeps, message: ConsentLook): Promise<Checked> {
  const { clientId, operationId, gone } = message;
  if (!gone) return checkConsent(deps, clientId, operationId);
  const { subscription, state } = gone;
  const off = await takeOff(deps, { clientId, operationId, state }, async () => {
    const requested = await deps.records.requested(subscription, operationId);
    if (requested.state !== "recorded") return undefined;
    const { record } = requested;
    const ageMs = deps.runtime.now().getTime() - record.createdAt.getTime();
    // Later it has been on its list: this is the same message once more. The message of its create, later still, tells of it.
    return ageMs < deps.reconcileAfterMs ? record : undefined;
  });
  return off === "nothing" ? "nothing" : "stale";
}
