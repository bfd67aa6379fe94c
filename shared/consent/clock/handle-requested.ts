import { note } from "../../base/observation.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { ConsentRequested } from "../../events/consent-requested.ts";
import type { Journal } from "../../operations/journal.ts";
import { openCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { firstLook, type Looked, look } from "./look.ts";

export interface HandleRequestedDeps extends ConsentDeps {
  readonly journal: Journal;
}

/** The message may overtake the record, which is written at the same moment: 1.5 s in all. */
const PAUSES_MS = [20, 50, 100, 300, 1000];

/** A client younger than this has not been granted anything yet: its first alert does not wait for the directory. */
const NEW_MS = 60_000;

/**
 * Puts a new client on the list of those that wait, which keeps it until it is decided; from there the create's journal
 * entry is not needed any more. Then operators and other systems are told.
 *
 * @throws RemoteUnavailable when the records are away: the message has to come again
 */
export async function handleRequested(
  deps: HandleRequestedDeps,
  message: ConsentRequested,
): Promise<Looked> {
  const { cases, journal, runtime } = deps;
  const record = await findRecord(deps, message);
  if (!record) {
    // Either the create was undone, or the reconciler will record the client and send this message again.
    note("consent-without-client");
    return "nothing";
  }
  const isPending = record.consent.state === "pending";
  const opened = isPending && (await cases.open(openCase(record, message.requestedBy)));
  const isOld = runtime.now().getTime() - record.consent.requestedAt.getTime() > NEW_MS;
  const [looked] = await Promise.all([
    opened && !isOld ? firstLook(deps, opened) : look(deps, record.id, isOld),
    journal.settle(message.operationId),
  ]);
  return looked;
}

async function findRecord(
  { records, runtime }: HandleRequestedDeps,
  { subscription, clientId }: ConsentRequested,
): Promise<ClientRecord | undefined> {
  for (const pause of [...PAUSES_MS, undefined]) {
    const found = await records.client(subscription, clientId);
    if (found || pause === undefined) return found?.record;
    await runtime.pause(pause);
  }
  return undefined;
}
