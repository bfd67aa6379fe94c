import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../../infra/local/cloud.ts";
import { close, listen } from "../../../infra/local/listen.ts";
import { startTestCloud } from "../../support/cloud.ts";
import { buildFixture } from "../../support/fixture-host.ts";

let appFolder: string;
let cloud: Cloud;

beforeAll(async () => {
  appFolder = await buildFixture(new URL("fixtures/http.ts", import.meta.url));
  cloud = await startTestCloud({ appFolder, environment: { CONSENT_SLA: "PT20S" } });
});

it("tells every address, absolute and without a closing slash", () => {
  const { users, serviceBus, tables, resourceScope, ...urls } = cloud.addresses;
  for (const url of Object.values(urls))
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+(\/.*[^/])?$/);
  expect(urls.api).toBe(`${urls.portal}/api`);
  expect(urls.graph).toMatch(/\/v1\.0$/);
  expect(serviceBus).toContain("UseDevelopmentEmulator=true");
  expect(tables).toContain("TableEndpoint=http://127.0.0.1:");
  expect(resourceScope).toMatch(/\/\.default$/);
  expect(Object.keys(users)).toEqual(["ann", "bob", "olga"]);
});

it("lets a setting that was given win", () => {
  expect(cloud.settings["CONSENT_SLA"]).toBe("PT20S");
});

it("puts faults into force over HTTP and takes them back", async () => {
  const { faults, inbox, graph } = cloud.addresses;
  const put = (body: object) => fetch(faults, { method: "PUT", body: JSON.stringify(body) });
  await put({ inbox: { share: 1 }, directory: "down" });
  expect((await fetch(`${inbox}/webhook`, { method: "POST", body: "{}" })).status).toBe(503);
  await expect(fetch(graph)).rejects.toThrow();
  await fetch(faults, { method: "DELETE" });
  expect((await fetch(`${inbox}/webhook`, { method: "POST", body: "{}" })).status).toBe(401);
  expect((await fetch(graph)).status).not.toBe(503);
});

it("takes a further host, and goes on when one is killed", async () => {
  const other = await cloud.startHost();
  expect(cloud.hosts).toHaveLength(2);
  other.kill();
  await other.exited;
  expect(cloud.hosts).toHaveLength(1);
  expect((await fetch(cloud.addresses.portal)).status).toBe(200);
});

it("keeps the tokens and settings valid over a reset", async () => {
  const { settings } = cloud.directory;
  await cloud.reset();
  expect(cloud.directory.settings).toEqual(settings);
});

it("names a busy port, what wanted it and the variable, and leaves nothing behind", async () => {
  const server = createServer();
  const inbox = await listen(server, 0);
  const folder = await mkdtemp(join(tmpdir(), "latchkey-cloud-"));
  const options = { folder, appFolder, build: false, hosts: 0 };
  await expect(startCloud({ ...options, ports: { inbox } })).rejects.toThrow(
    `Port ${inbox} is in use, and the inbox wants it: free it, or choose another with PORT_INBOX`,
  );
  await close(server);
  // The same folder and port serve at once: nothing of the failed start holds them.
  const second = await startCloud({ ...options, ports: { inbox } });
  await second.stop();
  await rm(folder, { recursive: true, force: true });
});
