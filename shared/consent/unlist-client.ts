import type { ClientRecord } from "../clients/client.ts";
import { announcementKey, EVENTS } from "./alerts/announcements.ts";
import { clockOf } from "./consent-case.ts";
import type { ConsentCases } from "./ports.ts";
import { wasTold } from "./told.ts";

const REQUESTED = announcementKey({ stage: "requested", mark: "" });

/**
 * Takes a client that its customer has deleted off the operators' lists: they hold the name of a person. One request for a
 * decided client, two for a pending one; a pending one that other systems have not heard of yet stays until its next check,
 * which tells them. Safe to repeat.
 *
 * @param record as it was when it was deleted
 * @throws RemoteUnavailable; what stays is dropped by whoever meets it
 */
export async function unlistClient(
  { cases }: { readonly cases: Pick<ConsentCases, "get" | "remove" | "forget"> },
  { id, consent }: Pick<ClientRecord, "id" | "consent">,
): Promise<void> {
  if (consent.state !== "pending") return cases.forget(consent.state, id);
  const listed = await cases.get("pending", id);
  if (listed && wasTold(clockOf(listed.found).told, REQUESTED, EVENTS))
    await cases.remove("pending", id, listed.version);
}
