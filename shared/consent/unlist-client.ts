import { AGAIN, insist } from "../base/insist.ts";
import { note } from "../base/observation.ts";
import type { Runtime } from "../base/runtime.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import type { ClientRecord } from "../clients/client.ts";
import type { ConsentState } from "../clients/consent.ts";
import { EVENTS, REQUESTED } from "./alerts/announcements.ts";
import { clockOf, openCase } from "./consent-case.ts";
import type { ConsentCases, ConsentQueue } from "./ports.ts";
import { wasTold } from "./told.ts";

interface UnlistDeps {
  readonly cases: Pick<ConsentCases, "get" | "open" | "replace" | "remove">;
  readonly runtime: Runtime;
}

/**
 * Has a client that its customer has deleted taken off the operators' lists, which hold the name of a person: by a message, so
 * that the customer neither waits for it nor hears of it when the lists are away; at once where there is no bus. Until then no
 * list shows it, for each reads the client's record as well. Safe to repeat.
 *
 * @param record as it was when it was deleted
 * @throws RemoteUnavailable; what stays is dropped by whoever meets it
 */
export async function unlistClient(
  deps: UnlistDeps & { readonly consentQueue: Pick<ConsentQueue, "scheduleLook"> },
  record: ClientRecord,
): Promise<void> {
  const { id: clientId, operationId, subscription } = record;
  const { state } = record.consent;
  try {
    const look = { type: "consent.look", version: 1, operationId, clientId } as const;
    const gone = { subscription, state };
    await deps.consentQueue.scheduleLook({ ...look, gone }, deps.runtime.now());
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("unlist-without-bus");
    await takeOff(deps, { clientId, operationId, state }, async () => record);
  }
}

/**
 * Takes a deleted client off its list: two requests. A pending one that other systems have not heard of yet is marked as gone,
 * which no list shows, until the next sweep has told them; so is a new one that is not listed yet, so that the message of its create
 * cannot list it afterwards. One that has been restored since is another operation's, and stays. Safe to repeat.
 *
 * @param made its record, wanted only of a pending one that is not listed; nothing where nobody knows it any more
 */
export function takeOff(
  { cases, runtime }: UnlistDeps,
  {
    clientId,
    operationId,
    state,
  }: { readonly clientId: string; readonly operationId: string; readonly state: ConsentState },
  made: () => Promise<ClientRecord | undefined>,
): Promise<"removed" | "marked" | "nothing"> {
  return insist(runtime, async () => {
    const listed = await cases.get(state, clientId);
    if (!listed) {
      const record = state === "pending" ? await made() : undefined;
      if (!record) return "nothing";
      return (await cases.open({ ...openCase(record, ""), gone: true })) ? "marked" : AGAIN;
    }
    const { found, version } = listed;
    if (found.operationId !== operationId) return "nothing";
    if (state !== "pending" || wasTold(clockOf(found).told, REQUESTED, EVENTS))
      return (await cases.remove(state, clientId, version)) ? "removed" : AGAIN;
    if (found.gone) return "marked";
    return (await cases.replace({ ...found, gone: true }, version)) ? "marked" : AGAIN;
  });
}
