import { clientRecords } from "../../../shared/adapters/records/client-records.ts";
import { operationRecords } from "../../../shared/adapters/records/operation-records.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import { newKey } from "../../../shared/operations/admission/key.ts";
import {
  type Held,
  holderOf,
  type Operation,
} from "../../../shared/operations/admission/operation.ts";
import type { Admission } from "../../../shared/operations/admission/ports.ts";
import { admitOne } from "../../support/admit-one.ts";
import { anOperation, aRecord, NOON, newId } from "../../support/samples.ts";
import { tappedTable } from "../../support/tapped-table.ts";

/** Records of operations on a new table, and what is admitted there. */

export const aCreate = (keyHash?: string): Operation => ({
  kind: "create",
  displayName: "A client",
  roles: ["api.read", "api.write"],
  requestedBy: "Zoë",
  ...(keyHash !== undefined && { keyHash }),
});

export const aRename = (clientId: string = newId()): Operation => ({
  kind: "rename",
  clientId,
  displayName: "Renamed",
});

export const keyed = (operationId: string, keyHash = newId(), now = NOON) => ({
  key: newKey({ keyHash, fingerprint: "what was asked" }, operationId, now),
});

export type OperationWorld = Awaited<ReturnType<typeof operationWorld>>;

export async function operationWorld(newTable: () => Promise<Table>) {
  const table = tappedTable(await newTable());
  const operations = operationRecords(table, newId);
  const records = clientRecords(table, newId, async () => undefined);

  /** What would be admitted, as things are now; with one place for a create. */
  async function asked(
    subscription: string,
    operation: Operation,
    extra: Partial<Admission> = {},
  ): Promise<Admission> {
    const entry = anOperation(operation, { subscription });
    const { account, version } = await operations.account(subscription);
    const clients = account.clients + (operation.kind === "create" ? 1 : 0);
    const counted = { ...account, clients, minute: 7, writes: account.writes + 1 };
    return { entry, account: { account: counted, version }, ...extra };
  }
  async function held(admission: Admission): Promise<Held> {
    const answer = await admitOne(operations, admission);
    if (!answer.admitted) throw new Error(`Not admitted: ${answer.changed}`);
    return answer.held;
  }
  async function admitted(...given: Parameters<typeof asked>): Promise<Held> {
    return held(await asked(...given));
  }
  async function made(subscription: string) {
    const create = await admitted(subscription, aCreate());
    const { operationId } = create.entry;
    const record = aRecord({ subscription, operationId });
    await operations.end(create, {
      activity: [],
      client: { now: "made", record, requestedBy: "Zoë" },
    });
    return record;
  }
  const underWay = ({ entry }: Held) => operations.underWay(entry.subscription, holderOf(entry));
  const writes = async (subscription: string) =>
    (await operations.account(subscription)).account.writes;

  return { table, operations, records, asked, held, admitted, made, underWay, writes };
}
