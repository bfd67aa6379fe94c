import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await sharedCloud();
});

const ready = async (): Promise<number> =>
  (await fetch(`${cloud.addresses.api}/health/ready`)).status;
const said = (text: string) => () =>
  cloud.hosts.some((host) => host.logs().some((line) => line.includes(text)));

test.each(["clients", "journal", "idempotency", "consents", "alerts"])(
  "a host without the table %s is not ready, and its log says which one is missing",
  async (table) => {
    await cloud.setFaults({ tables: { missing: [table] } });
    const without = await ready();
    await cloud.setFaults({});

    expect([without, await ready()]).toEqual([503, 200]);
    // The line is JSON.
    await eventually(said(`The table \\"${table}\\" does not exist`), Boolean);
  },
);

test("a host that starts without a table says so before anybody asks", async () => {
  await cloud.setFaults({ tables: { missing: ["journal"] } });
  const host = await cloud.startHost();
  try {
    await eventually(
      said('could not fetch ahead: records (The table "journal" does not exist'),
      Boolean,
    );
  } finally {
    await cloud.setFaults({});
    await host.stop();
  }
});

test("a host that cannot reach the bus is not ready", async () => {
  await cloud.setFaults({ bus: "down" });
  const without = await ready();
  await cloud.setFaults({});

  expect(without).toBe(503);
  await eventually(ready, (status) => status === 200);
});
