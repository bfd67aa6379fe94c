import { createServer } from "node:http";
import { expect, it } from "vitest";
import { spawnHost } from "../../../infra/local/host/spawn.ts";
import { listen } from "../../../infra/local/listen.ts";
import { buildFixture } from "../../support/fixture-host.ts";

const start = async (fixture: URL, port = 0, environment: Record<string, string> = {}) =>
  spawnHost({
    environment: { ...process.env, ...environment },
    folder: await buildFixture(fixture),
    port,
  });

it("refuses two functions of one name", async () => {
  await expect(start(new URL("fixtures/duplicate.ts", import.meta.url))).rejects.toThrow(
    'Worker was unable to load entry point "main.js": A function with id "same" has already been registered.',
  );
});

it("is blocked by an entry point that throws", async () => {
  await expect(start(new URL("fixtures/throws.ts", import.meta.url))).rejects.toThrow(
    'Worker was unable to load entry point "main.js": ALERT_WEBHOOK_URL is missing',
  );
});

it("refuses an app without a function", async () => {
  await expect(start(new URL("fixtures/empty.ts", import.meta.url))).rejects.toThrow(
    "No job functions found",
  );
});

it("names the port that is taken and the variable to change", async () => {
  const server = createServer();
  const port = await listen(server, 0);
  await expect(start(new URL("fixtures/http.ts", import.meta.url), port)).rejects.toThrow(
    `Port ${port} is in use, and the Functions host wants it; choose another with PORT_API.`,
  );
  server.close();
});

it("names the Service Bus connection that is missing", async () => {
  const entry = new URL("fixtures/service-bus.ts", import.meta.url);
  await expect(start(entry, 0, { WORK_QUEUE: "work" })).rejects.toThrow(
    "set 'ServiceBusConnection' or 'ServiceBusConnection__fullyQualifiedNamespace'",
  );
});

it("names the setting that a name refers to and nobody gave", async () => {
  await expect(start(new URL("fixtures/timers.ts", import.meta.url))).rejects.toThrow(
    "'%EVERY_SECOND%' does not resolve to a value.",
  );
});
