import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { startTestCloud } from "../../support/cloud.ts";
import { ownAccount } from "../../support/own-account.ts";
import { type Envelope, startIngestion } from "./application-insights.ts";

let cloud: Cloud;
let created: Response;
let ingestion: Awaited<ReturnType<typeof startIngestion>>;

/** Hosts trust whoever has a certificate of the authority that lies here. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-telemetry-"));
  ingestion = await startIngestion(folder);
  cloud = await startTestCloud({
    folder,
    inMemory: true,
    sharedTables: ownAccount(),
    hosts: 0,
    environment: {
      APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
      RECONCILE_SCHEDULE: "0 0 0 1 1 *",
    },
  });
  const host = await cloud.startHost();
  const consumed = host.nextInvocation("consent-clock");
  created = await fetch(`${host.origin}/api/clients`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${cloud.addresses.users.ann.accessToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ displayName: "Very private name" }),
  });
  await consumed;
  await host.runNow("reconcile");
  await host.stop();
});
afterAll(() => ingestion.stop());

const spans = (envelopes: readonly Envelope[]) =>
  envelopes
    .filter(({ data }) => ["RequestData", "RemoteDependencyData"].includes(data.baseType))
    .map(({ tags, data }) => ({
      name: String(data.baseData["name"]),
      trace: tags["ai.operation.id"],
    }));

const metricNames = (envelopes: readonly Envelope[]) =>
  envelopes
    .filter(({ data }) => data.baseType === "MetricData")
    .flatMap(({ data }) =>
      (data.baseData["metrics"] as { name: string }[]).map(({ name }) => name),
    );

test("a create, its remote calls and the alert it causes are one trace, and metrics arrive", () => {
  expect(created.status).toBe(201);
  const all = spans(ingestion.envelopes);
  const trace = all.find(({ name }) => name === "clients-create")?.trace;
  expect(trace).toMatch(/^[0-9a-f]{32}$/);
  const inTrace = all.filter((span) => span.trace === trace).map(({ name }) => name);
  expect(inTrace).toContain("POST /v1.0/applications");
  expect(inTrace).toContain("schedule consent");
  expect(inTrace).toContain("consent-clock");
  expect(metricNames(ingestion.envelopes)).toEqual(
    expect.arrayContaining(["latchkey.invocation.duration", "latchkey.directory.calls"]),
  );
});

/** Timers too: each comes at its own time of day, and with luck in the middle of this. */
const TIMERS = ["care", "consent-revocations", "consent-sweep", "reconcile", "secrets-look"];
const OURS = ["clients-create", "consent-clock", "operations", "webhook-events", ...TIMERS];

// The worker has to be 3.10 or later: an older one has no log hooks, and Azure's host exports the lines.
test("one log line an invocation arrives, and none of the worker's own", () => {
  const logged = ingestion.envelopes.filter(({ data }) => data.baseType === "MessageData");
  const invocations = spans(ingestion.envelopes).filter(({ name }) => OURS.includes(name));
  expect(logged.length).toBe(invocations.length);
  for (const { data } of logged) expect(data.baseData["message"]).toContain('"invocation"');
});

test("nothing personal and no token is in any of it", () => {
  const sent = JSON.stringify(ingestion.envelopes);
  expect(sent).not.toContain("Very private name");
  expect(sent).not.toContain("Ann Contoso");
  expect(sent).not.toContain(cloud.addresses.users.ann.accessToken);
});

test("telemetry that nobody takes lets the process end within the five seconds Azure gives it", async () => {
  const silent = await startIngestion(folder, false);
  const host = await cloud.startHost({
    environment: { APPLICATIONINSIGHTS_CONNECTION_STRING: silent.connectionString },
  });
  await fetch(`${host.origin}/api/health/live`);

  const told = performance.now();
  host.kill("SIGTERM");
  const code = await host.exited;

  expect(code).toBe(0);
  await silent.asked;
  expect(performance.now() - told).toBeLessThan(5_000);
  await silent.stop();
});
