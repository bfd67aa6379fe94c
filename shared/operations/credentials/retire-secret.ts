import { backOff } from "../../base/back-off.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { THE_SERVICE } from "../../clients/actor.ts";
import type { ClientRecord } from "../../clients/client.ts";
import { isSameKey } from "../../clients/known-secrets.ts";
import type { SecretRecord, VersionedSecret } from "../../clients/secret-record.ts";
import type { SecretRetire } from "../../events/secret-retire.ts";
import { checkLater } from "../settling/checks.ts";
import { unlessLast } from "./last-secret.ts";
import { moveRetirement } from "./move-retirement.ts";
import { isToBeTried, noteRefusal, type RetireDeps } from "./refused-retirement.ts";
import { carryOutRemoval } from "./remove-secret.ts";

/**
 * `retired`: it has gone. `moved`: it is to go later. `stays`: it is not to go, or not any more. `gone`: it or its client had gone.
 * `refused`: the directory does not let it be removed, and the operators know.
 */
export type Retired = "retired" | "moved" | "stays" | "gone" | "refused";

/**
 * Removes a secret whose grace is over, for whom nobody asks any more. Its record decides: whatever called for this may be old.
 * It is never the last one that works of a client that has its consent: what was to take its place has gone meanwhile, and so it
 * stays.
 *
 * @throws RemoteUnavailable it has to be tried again
 */
export async function retireSecret(
  deps: RetireDeps,
  about: Pick<SecretRetire, "subscription" | "clientId" | "keyId">,
): Promise<Retired> {
  const { subscription, clientId, keyId } = about;
  const secret = await deps.secrets.secret(subscription, clientId, keyId);
  if (!secret) return "gone";
  const { retiresAt, refused } = secret.record;
  if (!retiresAt) return "stays";
  const now = deps.runtime.now();
  if (retiresAt > now) return "moved";
  if (!isToBeTried(refused, now)) return "refused";
  const own = { subscription, clientId, by: THE_SERVICE };
  let since: Retired | undefined;
  const removed = await carryOutRemoval(
    deps,
    {
      ...own,
      forbids: async (client) => {
        since = becameOf(client, keyId, deps.runtime.now());
        return since ? { reason: "not-found" } : unlessLast(deps, keyId)(client);
      },
    },
    { kind: "retire-secret", clientId, keyId, of: secret.record.kind },
    refused !== undefined,
  );
  if (removed.ok) return "retired";
  if (since) return since;
  switch (removed.refusal.reason) {
    case "not-found":
      // Not in the directory, and nobody has noticed: it may come back there, and is to go then.
      if (await deps.records.client(subscription, clientId)) throw notNow();
      return "gone";
    case "last-secret": {
      const stays = await moveRetirement(deps, {
        ...{ ...own, keyId, kind: secret.record.kind },
        retiresAt: undefined,
      });
      if (!stays.ok) throw notNow();
      return "stays";
    }
    case "client-busy":
      throw notNow(removed.refusal.retryAfterSeconds);
    default:
      await noteRefusal(deps, secret, removed.refusal.reason);
      return "refused";
  }
}

/** What has become of it since its record was read, where somebody else was faster: the client is held against this. */
function becameOf(client: ClientRecord, keyId: string, now: Date): Retired | undefined {
  const known = client.secrets?.find((secret) => isSameKey(secret.keyId, keyId));
  if (!known) return undefined;
  if (known.goneAt) return "gone";
  if (!known.retiresAt) return "stays";
  return known.retiresAt > now ? "moved" : undefined;
}

const notNow = (retryAfterSeconds = 10) =>
  new RemoteUnavailable("records", { executed: "no", retryAfterSeconds });

/** When it is looked at again whether the change has ended, in milliseconds. */
const UNDER_WAY_MS = 5_000;

/** The message's part: too early where two clocks differ, and again after an outage. */
export async function retireOnTime(
  deps: RetireDeps,
  message: SecretRetire,
): Promise<Retired | "early" | "put-off"> {
  const dueAt = new Date(message.retiresAt);
  if (dueAt > deps.runtime.now()) {
    await checkLater(deps, message, dueAt);
    return "early";
  }
  try {
    const retired = await retireSecret(deps, message);
    if (retired !== "moved" && retired !== "stays") return retired;
    // The change that has sent this may not have ended yet: only its end says so on the record.
    const { operations, runtime } = deps;
    const held = await operations.underWay(message.subscription, message.clientId);
    if (held?.entry.operationId !== message.operationId) return await retireSecret(deps, message);
    const again = new Date(runtime.now().getTime() + UNDER_WAY_MS);
    await checkLater(deps, message, again);
    return "put-off";
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    await checkLater(deps, message, backOff(deps.runtime, (message.attempt ?? 0) + 2));
    return "put-off";
  }
}

/** For what is due that day: the record as it is then. */
export async function retireDue(
  deps: RetireDeps,
  { record }: VersionedSecret,
): Promise<SecretRecord | undefined> {
  const { subscription, clientId, keyId } = record;
  const retired = await retireSecret(deps, record);
  if (retired === "retired" || retired === "gone") return undefined;
  return (await deps.secrets.secret(subscription, clientId, keyId))?.record;
}
