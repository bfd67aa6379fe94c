import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, type Ask, openApi } from "../../support/api.ts";
import { NO_SWEEPS, startTestCloud } from "../../support/cloud.ts";
import { makeClient, makeSecret } from "../../support/make.ts";

/** What each operation may cost the directory, whose budget all customers share (docs/architecture.md, "HTTP surface"). */

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await startTestCloud({
    environment: { ...NO_SWEEPS, MAX_CLIENTS_PER_SUBSCRIPTION: "50" },
  });
  api = await openApi(cloud);
  // The service's own token is fetched once, with the first call.
  await makeClient((await api.customer()).call);
});

/** A client with a secret, whose alert has come: nothing of its making is under way any more. */
async function settled() {
  const { call } = await api.customer();
  const client = await makeClient(call);
  const { keyId } = await makeSecret(call, client.id);
  await cloud.inbox.nextAlert(({ clientId }) => clientId === client.id);
  return { call, id: client.id, keyId };
}

const rows: [string, string, Ask, number, string[]][] = [
  ["POST", "/clients", { json: { displayName: "A" } }, 201, ["POST /applications"]],
  ["GET", "/clients/{id}", {}, 200, ["GET /applications/{id}"]],
  ["PATCH", "/clients/{id}", { json: { displayName: "B" } }, 204, ["PATCH /applications/{id}"]],
  ["DELETE", "/clients/{id}", {}, 204, ["DELETE /applications/{id}"]],
  [
    "POST",
    "/clients/{id}/secrets",
    { json: { displayName: "A" } },
    201,
    ["POST /applications/{id}/addPassword"],
  ],
  ["DELETE", "/clients/{id}/secrets/{keyId}", {}, 204, ["POST /applications/{id}/removePassword"]],
  ["GET", "/health/live", {}, 200, []],
  ["GET", "/health/ready", {}, 200, []],
  ["GET", "/openapi.json", {}, 200, []],
];
test.each(rows)("%s %s", async (method, path, ask, status, calls) => {
  const { call, id, keyId } = await settled();
  cloud.directory.resetRequests();

  const answer = await call(method, path.replace("{id}", id).replace("{keyId}", keyId), ask);

  expect(answer.status).toBe(status);
  expect(cloud.directory.requests().map(({ name }) => name)).toEqual(calls);
});

test.each([
  [0, 0],
  [1, 1],
  [20, 1],
  [21, 2],
])("GET /clients with %i clients costs %i", async (clients, calls) => {
  const { call } = await api.customer();
  for (let index = 0; index < clients; index += 1) await makeClient(call);
  cloud.directory.resetRequests();

  const answer = await call("GET", "/clients?limit=100");

  expect(answer.status).toBe(200);
  const names = cloud.directory.requests().map(({ name }) => name);
  expect(names).toEqual(Array.from({ length: calls }, () => "POST /$batch"));
});
