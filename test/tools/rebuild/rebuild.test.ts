import { TableClient, TableServiceClient } from "@azure/data-tables";
import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { readTopology } from "../../../infra/topology.ts";
import { NO_SWEEPS, startTestCloud } from "../../support/cloud.ts";
import { collect } from "../../support/collect.ts";
import { type Finished, runNode } from "../../support/run-node.ts";
import { selfSignedCertificate } from "../../support/self-signed.ts";

/** 200 clients of 20 customers; then every table is gone, and the directory's tags have to bring it all back. */

const CUSTOMERS = 20;
const CLIENTS_EACH = 10;
const GRANTED = 50;
const NAMES = Array.from(
  { length: CUSTOMERS },
  (_, index) => `Kunde ${index}: Müller & Söhne/№ #?`,
);

interface Listed {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly consent: { readonly state: string };
  readonly suspended?: { readonly by: string };
}

let cloud: Cloud;
let tokens: string[];
let origin: string;

const call = (token: string, method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${origin}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });

async function everything(): Promise<Map<string, Listed & { subscription: string }>> {
  const found = new Map<string, Listed & { subscription: string }>();
  const look = async (token: string, subscription: string): Promise<void> => {
    const response = await call(token, "GET", "/clients?limit=50");
    expect(response.status).toBe(200);
    const { items } = (await response.json()) as { items: Listed[] };
    for (const item of items) found.set(item.id, { ...item, subscription });
  };
  await Promise.all(tokens.map((token, index) => look(token, NAMES[index] ?? "")));
  return found;
}

const rebuild = (...args: string[]): Promise<Finished> =>
  runNode("infra/tools/records/rebuild-command.ts", args, {
    ...cloud.settings,
    GRAPH_BASE_URL: cloud.directory.origin,
    GRAPH_TOKEN: cloud.addresses.users.olga.graphToken,
  });

/** A certificate of a client's, by hand, in the directory. */
async function certify(id: string): Promise<void> {
  const key = selfSignedCertificate("Build server").der;
  const held = { type: "AsymmetricX509Cert", usage: "Verify", displayName: "Build server", key };
  const response = await fetch(`${cloud.addresses.graph}/applications/${id}`, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${cloud.addresses.users.olga.graphToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ keyCredentials: [held] }),
  });
  expect(response.status).toBe(204);
}

/** A registration of somebody else's that says by its tags that it is a customer's client. */
async function plant(): Promise<string> {
  const response = await fetch(`${cloud.addresses.graph}/applications`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${cloud.addresses.users.olga.graphToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      displayName: "Planted",
      tags: ["latchkey", "latchkey:operation:planted", "latchkey:subscription:contoso"],
    }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

beforeAll(async () => {
  cloud = await startTestCloud({
    // Nobody looks at the alerts: one channel of three will do for 200 of them.
    environment: { ...NO_SWEEPS, ALERT_TEAMS_URL: undefined, ALERT_EMAIL_TO: undefined },
  });
  origin = cloud.hosts[0]?.origin ?? "";
  tokens = await Promise.all(
    NAMES.map((extension_subscriptionId) =>
      cloud.directory.issueUserToken("ann", { claims: { extension_subscriptionId } }),
    ),
  );
  const make = async (token: string, index: number) => {
    const roles = index % 2 === 0 ? ["api.read"] : ["api.read", "api.write"];
    const response = await call(token, "POST", "/clients", {
      displayName: `Client ${index}`,
      roles,
    });
    expect(response.status).toBe(201);
  };
  // The very first alone, so that twenty do not wait for what is new about the host; then one after another for each customer, all
  // customers at once: no account is fought over.
  for (const token of tokens.slice(0, 1)) await make(token, 0);
  await Promise.all(
    tokens.map(async (token, customer) => {
      for (let index = customer === 0 ? 1 : 0; index < CLIENTS_EACH; index += 1)
        await make(token, index);
    }),
  );
}, 180_000);

test("200 of 200 clients come back, with their customers, roles and consents", async () => {
  const bare = await everything();
  expect(bare.size).toBe(CUSTOMERS * CLIENTS_EACH);
  const granted = [...bare.values()].slice(0, GRANTED);
  await Promise.all(
    granted.map(({ appId }) =>
      fetch(`${cloud.directory.origin}/consent/${appId}/grant`, { method: "POST" }),
    ),
  );

  for (const [index, token] of tokens.entries()) {
    const own = [...bare.values()].find(({ subscription }) => subscription === NAMES[index]);
    const secret = { displayName: "Production" };
    expect((await call(token, "POST", `/clients/${own?.id}/secrets`, secret)).status).toBe(201);
  }
  const [certified] = bare.keys();
  await certify(certified ?? "");
  const stopped = bare.get([...bare.keys()][GRANTED] ?? "");
  const token = tokens[NAMES.indexOf(stopped?.subscription ?? "")] ?? "";
  const why = { reason: "Leaked" };
  expect((await call(token, "POST", `/clients/${stopped?.id}/suspend`, why)).status).toBe(204);
  const before = await everything();

  await cloud.hosts[0]?.stop();
  const service = TableServiceClient.fromConnectionString(cloud.addresses.tables, {
    allowInsecureConnection: true,
  });
  for (const table of readTopology().tables) await service.deleteTable(table);

  const planted = await plant();
  const rehearsal = await rebuild();
  expect(rehearsal).toMatchObject({ code: 0, stderr: "" });
  expect(rehearsal.stdout).toContain("200 clients; all would be restored");
  const done = await rebuild("--apply");
  expect(done.stderr).toBe("");
  expect(done.stdout).toContain(
    `Clients restored: 200\nConsent cases restored: 200\nRecords of secrets restored: ${CUSTOMERS + 1}\nAccounts corrected: ${CUSTOMERS}`,
  );

  expect(done.stdout).toContain(`Tagged, but not owned by the backend, left alone: ${planted}`);

  const host = await cloud.startHost();
  origin = host.origin;
  const after = await everything();
  const grantedIds = new Set(granted.map(({ id }) => id));
  expect(after.size).toBe(before.size);
  for (const [id, client] of before) {
    const { consent, suspended, ...rest } = after.get(id) ?? client;
    const { consent: _, suspended: before, ...expected } = client;
    expect(suspended?.by).toBe(before && "operator");
    expect(rest).toEqual(expected);
    expect(consent.state).toBe(grantedIds.has(id) ? "granted" : "pending");
  }

  // One of the records is of a certificate, and says so.
  const clients = TableClient.fromConnectionString(cloud.addresses.tables, "clients", {
    allowInsecureConnection: true,
  });
  const queryOptions = { filter: "kind eq 'certificate'" };
  const kinds = await collect(clients.listEntities({ queryOptions }));
  expect(kinds).toMatchObject([{ clientId: certified, displayName: "Build server" }]);

  // The look for secrets that were changed in the directory finds nothing new: one call for 999 clients.
  cloud.directory.resetRequests();
  await host.runNow("secrets-look");
  const looked = cloud.directory.requests().map(({ name }) => name);
  expect(looked).toEqual(["GET /applications"]);
  const journal = TableClient.fromConnectionString(cloud.addresses.tables, "journal", {
    allowInsecureConnection: true,
  });
  expect(await journal.getEntity("secrets", "pass")).toMatchObject({ phase: "done", filled: true });
}, 120_000);

test("the accounts count again: a customer with all its places taken gets no further one", async () => {
  const response = await call(tokens[0] ?? "", "POST", "/clients", { displayName: "One too many" });
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({
    type: expect.stringContaining("client-limit-reached"),
  });
});
