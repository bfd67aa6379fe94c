import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { type HostHandle, spawnHost } from "../../../infra/local/host/spawn.ts";
import { buildFixture, showLogsOnFailure, startFixtureHost } from "../../support/fixture-host.ts";

let host: HostHandle;

beforeAll(async () => {
  const folder = await buildFixture(new URL("fixtures/timers.ts", import.meta.url));
  host = await startFixtureHost(folder, { EVERY_SECOND: "* * * * * *" });
});
beforeEach(showLogsOnFailure);

it("runs a timer on its schedule, once a tick", async () => {
  const secondOf = async () => {
    const { invocationId } = await host.nextInvocation("everySecond");
    const line = host.logs().find((text) => text.includes(invocationId)) ?? "";
    return Math.floor(Date.parse(line.split(" ")[0] ?? "") / 1000);
  };
  const first = await secondOf();
  expect(await secondOf()).toBe(first + 1);
});

it("tells the function its schedule in the library's own shape", async () => {
  const { invocationId } = await host.nextInvocation("everySecond");
  const line = host.logs().find((text) => text.includes(invocationId)) ?? "";
  expect(JSON.parse(line.slice(line.indexOf("{")))).toEqual({
    schedule: { adjustForDST: true },
    scheduleStatus: {
      last: expect.any(String),
      lastUpdated: expect.any(String),
      next: expect.any(String),
    },
    isPastDue: false,
  });
});

it("runs a timer at start when it asks for it", () => {
  expect(host.logs().join("\n")).toContain("Executed 'Functions.atStart' (Succeeded");
});

it("runs a timer now through the admin endpoint", async () => {
  const ended = host.nextInvocation("yearly");
  const response = await fetch(`${host.origin}/admin/functions/yearly`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect(response.status).toBe(202);
  expect((await ended).succeeded).toBe(true);
});

it("reports a timer that fails, and goes on", async () => {
  expect((await host.runNow("fails")).succeeded).toBe(false);
  expect((await host.runNow("fails")).succeeded).toBe(false);
});

it("knows no other function", async () => {
  const response = await fetch(`${host.origin}/admin/functions/nobody`, { method: "POST" });
  expect(response.status).toBe(404);
});

it("lists its functions and says that it runs", async () => {
  const list = await (await fetch(`${host.origin}/admin/functions`)).json();
  expect(list).toContainEqual(expect.objectContaining({ name: "yearly" }));
  const status = await (await fetch(`${host.origin}/admin/host/status`)).json();
  expect(status).toEqual({ state: "Running" });
});

it("ends, with all that it is at work on, when a function takes longer than it may", async () => {
  const folder = await buildFixture(new URL("fixtures/timers.ts", import.meta.url));
  const hostJson = { version: "2.0", functionTimeout: "00:00:01" };
  await writeFile(join(folder, "host.json"), JSON.stringify(hostJson));
  const environment = { ...process.env, EVERY_SECOND: "0 0 0 1 1 *" };
  const hasty = await spawnHost({ environment, folder, port: 0 });

  await fetch(`${hasty.origin}/admin/functions/endless`, { method: "POST" });

  expect(await hasty.exited).toBe(1);
  expect(hasty.logs().join("\n")).toContain(
    "Timeout value of 1000 ms was exceeded by function: Functions.endless",
  );
});
