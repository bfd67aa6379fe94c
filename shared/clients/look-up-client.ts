import { done, type Outcome, refused } from "../base/outcome.ts";
import type { ClientRecord } from "./client.ts";
import type { Leads } from "./leads.ts";
import type { ClientDirectory, ClientRecords } from "./ports.ts";

/** Nobody's client has this client id. */
export interface LookupRefusal {
  readonly reason: "no-such-client";
  /** How long the caller may go by that, in seconds. */
  readonly maxAgeSeconds: number;
}

/** How long an answer may be gone by, in seconds: a client that is no longer what it was is refused within twice that. */
export const LOOKUP_SECONDS = 30;
/** Shorter: the directory may show a client late, and who waits for a consent tries again. */
export const UNSETTLED_SECONDS = 5;

export const NO_SUCH_CLIENT: LookupRefusal = {
  reason: "no-such-client",
  maxAgeSeconds: UNSETTLED_SECONDS,
};

export interface LookUpDeps {
  readonly directory: Pick<ClientDirectory, "locate">;
  readonly records: Pick<ClientRecords, "at">;
  readonly leads: Leads;
}

/**
 * Whose the client with this client id is. One directory call the first time and never again while this process remembers, and
 * one table request each time, so that the answer is what the records say now.
 */
export async function lookUpClient(
  { directory, records, leads }: LookUpDeps,
  appId: string,
): Promise<Outcome<ClientRecord, LookupRefusal>> {
  const lead = leads.get(appId) ?? (await directory.locate(appId));
  const record = lead && (await records.at(lead));
  // Tags can be written by others than this service: they only say where to look.
  if (!record || record.appId !== appId) {
    leads.drop(appId);
    return refused(NO_SUCH_CLIENT);
  }
  leads.keep(appId, lead);
  return done(record);
}
