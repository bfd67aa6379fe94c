import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { openTable } from "../../../shared/adapters/records/connect.ts";
import type { Row } from "../../../shared/adapters/records/table.ts";
import { type Api, type ApiCaller, openApi } from "../../support/api.ts";
import { clientsOf, makeClient, makeSecret } from "../../support/make.ts";
import { ownClient } from "../../support/own-client.ts";
import { registerAs } from "../../support/registered.ts";
import { registrationsOf } from "../../support/registrations.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/**
 * A row of every kind that nobody can read, as a newer version leaves it, or a hand: it stops nobody but whoever asks for the very
 * thing that it is about. A kind of row that is new belongs here.
 */

const BAD = "00000000-0000-4000-8000-000000000000";
/** Sorts before all others, and is due whenever it is asked for. */
const DUE = { at: "2020-01-01T00:00:00.000Z", expiresAt: "2020-01-01T00:00:00.000Z" };
const today = new Date().toISOString().slice(0, 10);

/** In the partition of a subscription. */
const ofSubscription = (clientId: string): readonly string[] => [
  `activity:0000000000000:${BAD}`,
  `busy:${BAD}`,
  "calendar:0000",
  "calendar-of:0000",
  `client:${BAD}`,
  `deleted:${BAD}`,
  "key:0000",
  "letter:0000:line:x",
  "letter:0000:state",
  `made:${BAD}`,
  `parked:${BAD}`,
  `purged:${BAD}`,
  `secret:${clientId}:${BAD}`,
  `todo:${clientId}:${BAD}`,
  `watch:0000:${clientId}`,
  "watch:0000:silent",
];
const OF_ALL: Readonly<Record<string, readonly (readonly [partition: string, row: string])[]>> = {
  journal: [
    ["untold", "0000"],
    ["adrift", "0000"],
    ["parked", BAD],
    ["runs", BAD],
    [`day-${today}`, "0000"],
    [`due-${today}`, `0000|${BAD}|${BAD}`],
    ["due", "worked"],
    ["due", "indexed"],
    ["letters", "0000"],
    ["purged", "keys"],
    ["purged", "deleted"],
    ["purged", "activity"],
    ["secrets", "pass"],
    ["secrets", `again:${BAD}`],
    ["secrets", "digests:000"],
    ["usage", "0000"],
  ],
  consents: [
    ...["pending", "granted", "rejected", "revoked", "deciding", "drifted"].map(
      (partition) => [partition, BAD] as const,
    ),
    ["deciding", `~${today}:0000`],
    ["revocations", "pass"],
    ["revocations", "page:000001"],
  ],
  alerts: [
    ["poison", "untold:0000:0000"],
    ["poison", "notice:0000"],
    ["poison", "stop:0000"],
    [today, "0000:0000"],
    ["days", today],
  ],
  idempotency: [["0000", "0000"]],
};

let cloud: Cloud;
let api: Api;
let ann: ApiCaller;
let clientId: string;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  ann = await api.customer();
  ({ id: clientId } = await makeClient(ann.call));
  await makeSecret(ann.call, clientId);
  const connection = {
    kind: "connectionString",
    connectionString: cloud.addresses.tables,
  } as const;
  const leave = (table: string, rows: readonly Row[]) =>
    Promise.all(rows.map((row) => openTable(connection, table).replace({ ...row, ...DUE })));
  const partitionKey = ann.subscription;
  // One that all lists still lead to.
  const { id: damaged } = await makeClient(ann.call);
  await leave("clients", [{ partitionKey, rowKey: `client:${damaged}`, id: damaged }]);
  await leave(
    "clients",
    ofSubscription(clientId).map((rowKey) => ({ partitionKey, rowKey })),
  );
  for (const [table, rows] of Object.entries(OF_ALL))
    await leave(
      table,
      rows.map(([partition, rowKey]) => ({ partitionKey: partition, rowKey })),
    );
});

test("no timer fails for it, or has less done of what others wait for", async () => {
  const [host] = cloud.hosts;
  const timers = (await registrationsOf(cloud)).filter(({ type }) => type === "timerTrigger");
  expect(timers.length).toBeGreaterThanOrEqual(5);

  for (const { name } of timers)
    expect(await host?.runNow(name), name).toMatchObject({ succeeded: true });
});

test("no route fails for it, for its customer's other clients, for other customers or for operators", async () => {
  const bob = await api.customer();
  for (const caller of [ann, bob]) {
    const { client_id: appId, registration_access_token } = await registerAs(caller.call);
    const made = clientsOf(await caller.call("GET", "/clients")).items.find(
      (one) => one.appId === appId,
    );
    const id = made?.id ?? "";
    const keyId = made?.secrets[0]?.keyId ?? "";
    const { subscription } = caller;
    const values = { id, appId, keyId, credentialId: keyId, subscription };
    const callers: Readonly<Record<string, ApiCaller["call"]>> = {
      customer: caller.call,
      operator: await api.olga(),
      application: await api.resourceApi(),
      client: (await ownClient(cloud, api, caller)).call,
      registration: api.callWith(registration_access_token),
    };
    const Security = z.array(z.record(z.string(), z.unknown()));
    const asked = Object.entries(api.document.paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]) => {
        const [who = {}] = Security.parse(operation["security"]);
        return {
          call: callers[Object.keys(who)[0] ?? ""] ?? api.callWith(undefined),
          method: method.toUpperCase(),
          path: Object.entries(values).reduce(
            (path, [name, value]) => path.replace(`{${name}}`, value),
            template.replace("/api", ""),
          ),
          json: operation.requestBody?.content["application/json"]?.example,
        };
      }),
    );
    // What takes away comes last.
    const inOrder = asked.toSorted(
      (a, b) => Number(a.method === "DELETE") - Number(b.method === "DELETE"),
    );
    const failed: string[] = [];
    for (const { call, method, path, json } of inOrder) {
      const answer = await call(method, path, { ...(json !== undefined && { json }) });
      if (answer.status >= 500) failed.push(`${method} ${path} ${answer.status}`);
    }
    expect(failed).toEqual([]);
  }
});
