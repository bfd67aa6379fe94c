import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../../infra/local/cloud.ts";
import { openBus } from "../../../shared/adapters/bus/connect.ts";
import { busSender } from "../../../shared/adapters/bus/sender.ts";
import { checkTables } from "../../../shared/adapters/records/check-tables.ts";
import { openTable } from "../../../shared/adapters/records/connect.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { newId } from "../../support/samples.ts";

/** The switchboard of a whole local cloud, with the product's own adapters as callers that were connected before. */

let folder: string;
let cloud: Cloud;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-hang-"));
  cloud = await startCloud({ folder, hosts: 0, build: false });
});
afterAll(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

const connectTo = (connectionString: string | undefined) =>
  ({ kind: "connectionString", connectionString: connectionString ?? "" }) as const;

test("a bus that hangs answers nobody, connected or new, and everybody once it is over", async () => {
  const connection = connectTo(cloud.settings["ServiceBusConnection"]);
  const [connected, late] = [openBus(connection), openBus(connection)];
  const sender = busSender(connected, "consent");
  await sender.send({ body: 1, messageId: newId() });

  await cloud.setFaults({ bus: { hang: true } });
  for (const asked of [sender, busSender(late, "consent")])
    await expect(
      withDeadline(300, () => asked.send({ body: 2, messageId: newId() })),
    ).rejects.toMatchObject({ service: "bus" });
  expect(cloud.bus.entity("consent").active).toBe(1);

  await cloud.setFaults({});
  await sender.send({ body: 3, messageId: newId() });
  expect(cloud.bus.entity("consent").active).toBe(2);
  await Promise.all([connected.close(), late.close()]);
});

test("tables that hang, or are gone, or are closed to us, are so until it is over", async () => {
  const connection = connectTo(cloud.settings["RecordsConnection"]);
  const table = openTable(connection, "clients");
  const row = { partitionKey: newId(), rowKey: "row" };
  await checkTables([table]);

  await cloud.setFaults({ tables: { hang: true } });
  await expect(withDeadline(300, () => table.insert(row))).rejects.toMatchObject({
    service: "records",
    executed: "unknown",
  });
  await cloud.setFaults({ tables: { missing: ["clients"] } });
  await expect(checkTables([table])).rejects.toThrow('The table "clients" does not exist');
  await cloud.setFaults({ tables: { forbidden: true } });
  await expect(checkTables([table])).rejects.toMatchObject({ service: "records", executed: "no" });

  await cloud.setFaults({});
  expect(await table.get(row.partitionKey, "row")).toBeUndefined();
  expect(await table.insert(row)).toBeDefined();
});
