import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startCloud } from "../../../infra/local/cloud.ts";
import type { Ports } from "../../../infra/local/ports.ts";
import { openApi } from "../../support/api.ts";
import {
  clientsOf,
  makeClient,
  makeSecret,
  type ShownClient,
  tokenStatus,
} from "../../support/make.ts";

const portOf = (url: string): number => Number(new URL(url).port);

test("10 clients with 2 secrets each are all there after a restart of the whole cloud, and every key still works", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-restart-"));
  const first = await startCloud({ folder, build: false });
  const ports: Ports = {
    api: portOf(first.addresses.api),
    bus: first.bus.port,
    directory: portOf(first.directory.origin),
    directoryHttps: portOf(first.directory.secureOrigin),
    tables: first.tables.port,
    inbox: portOf(first.inbox.origin),
    demoApi: portOf(first.addresses.demoApi),
    faults: portOf(first.addresses.faults),
    states: portOf(first.addresses.states),
  };
  const { accessToken } = first.addresses.users.ann;
  const made: { client: ShownClient; values: string[] }[] = [];
  const ann = (await openApi(first)).callWith(accessToken);
  for (let index = 0; index < 10; index += 1) {
    const client = await makeClient(ann, `Client ${index}`);
    const secrets = [await makeSecret(ann, client.id), await makeSecret(ann, client.id)];
    made.push({ client, values: secrets.map(({ secretText }) => secretText) });
  }
  const before = clientsOf(await ann("GET", "/clients"));
  await first.stop();

  const second = await startCloud({ folder, ports, build: false });
  try {
    const after = clientsOf(await (await openApi(second)).callWith(accessToken)("GET", "/clients"));
    const statuses = await Promise.all(
      made.flatMap(({ client, values }) => values.map((value) => tokenStatus(client, value))),
    );

    expect(after).toEqual(before);
    expect(after.items).toHaveLength(10);
    expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
  } finally {
    await second.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
