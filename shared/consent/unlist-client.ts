import { AGAIN, insist } from "../base/insist.ts";
import type { Runtime } from "../base/runtime.ts";
import type { ClientRecord } from "../clients/client.ts";
import { announcementKey, EVENTS } from "./alerts/announcements.ts";
import { clockOf, openCase } from "./consent-case.ts";
import type { ConsentCases } from "./ports.ts";
import { wasTold } from "./told.ts";

const REQUESTED = announcementKey({ stage: "requested", mark: "" });

/**
 * Takes a client that its customer has deleted off the operators' lists: they hold the name of a person. One request for a
 * decided client, two for a pending one. A pending one that other systems have not heard of yet is marked as gone, which no list
 * shows, until the next sweep has told them; so is one that is not listed yet, so that the message of its create cannot list
 * it afterwards. Safe to repeat.
 *
 * @param record as it was when it was deleted
 * @throws RemoteUnavailable; what stays is dropped by whoever meets it
 */
export async function unlistClient(
  { cases, runtime }: { readonly cases: UnlistCases; readonly runtime: Runtime },
  record: ClientRecord,
): Promise<void> {
  const { id, consent } = record;
  if (consent.state !== "pending") return cases.forget(consent.state, id);
  await insist(runtime, async () => {
    const listed = await cases.get("pending", id);
    if (!listed)
      return (await cases.open({ ...openCase(record, ""), gone: true })) ? "marked" : AGAIN;
    const { found, version } = listed;
    if (wasTold(clockOf(found).told, REQUESTED, EVENTS))
      return (await cases.remove("pending", id, version)) ? "removed" : AGAIN;
    const gone = { ...found, gone: true };
    return (await cases.replace(gone, version)) ? "marked" : AGAIN;
  });
}

type UnlistCases = Pick<ConsentCases, "get" | "open" | "replace" | "remove" | "forget">;
