import type { ClientRecord } from "../../shared/clients/client.ts";
import type { ConsentState } from "../../shared/clients/consent.ts";
import type { ConsentWorld } from "./consent-world.ts";
import { aRecord, later, newId } from "./samples.ts";

const HOUR = 3_600_000;

/** A client that was decided on long before noon. */
export function decided(
  world: ConsentWorld,
  state: ConsentState,
  principalId?: string,
  changes: Partial<ClientRecord> = {},
) {
  const { consent } = aRecord();
  const old = { requestedAt: later(-24 * HOUR), decidedAt: later(-HOUR) };
  return world.client(
    { consent: { ...consent, ...old, state }, ...changes },
    state === "granted" && principalId ? { principalId } : undefined,
  );
}

/** A granted one. `listed`: the directory still has the grant. */
export async function granted(
  world: ConsentWorld,
  listed = true,
  changes: Partial<ClientRecord> = {},
) {
  const principalId = newId();
  const record = await decided(world, "granted", principalId, changes);
  if (listed) world.statuses.set(record.id, { status: "granted", principalId });
  return record;
}
