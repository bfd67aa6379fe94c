import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../infra/local/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { type DocsBench, fences, openDocsBench } from "./bench.ts";

/** What the pages tell people to type while `npm start` runs, typed as it stands there. */

let cloud: Cloud;
let bench: DocsBench;
let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "latchkey-pages-"));
  [cloud, bench] = await Promise.all([startCloud({ folder: data, build: false }), openDocsBench()]);
  await mkdir(join(bench.folder, ".local"));
  await writeFile(join(bench.folder, ".local/cloud.json"), JSON.stringify(cloud.addresses));
  const settings = { IsEncrypted: false, Values: cloud.settings };
  await writeFile(join(bench.folder, "local.settings.json"), JSON.stringify(settings));
  await chmod(join(bench.folder, "local.settings.json"), 0o600);
}, 60_000);
afterAll(async () => {
  await cloud?.stop();
  await bench?.remove();
  await rm(data, { recursive: true, force: true });
});

test("README: a client, a secret, another name, and the end", async () => {
  const [, call = ""] = await fences("README.md", "sh");
  const { code, output } = await bench.type([call]);
  expect(output).toContain('"displayName":"Nightly import"');
  expect(output).toContain('"secretText":');
  expect(output.match(/HTTP\/1\.1 204/g)).toHaveLength(2);
  expect(code).toBe(0);
}, 60_000);

test("activity: who did what, as JSON and line by line", async () => {
  const { code, output } = await bench.type(await fences("docs/activity.md", "sh"));
  expect(output).toContain('{"items":[{"id":');
  expect(output).toContain('"displayName":"Ann Contoso"');
  expect(output).toMatch(/^content-type: application\/x-ndjson/im);
  expect(output.match(/^\{"id":/gm)).toHaveLength(2);
  expect(code).toBe(0);
}, 60_000);

test("get-a-token: a client, its token, and the API called with it", async () => {
  const { code, output } = await bench.type(await fences("docs/get-a-token.md", "sh"));
  expect(output).toContain('"token_type":"Bearer"');
  expect(output).toMatch(/\{"items":\[.*\]/);
  expect(output).toContain("api.read");
  expect(code).toBe(0);
}, 60_000);

test("dynamic-registration: a client that registers, reads, renames and deletes itself", async () => {
  const { code, output } = await bench.type(await fences("docs/dynamic-registration.md", "sh"));
  expect(output).toContain('"client_name":"Gateway"');
  expect(output).toContain('"client_name":"Gateway 2"');
  expect(output).toContain("HTTP/1.1 204");
  expect(code).toBe(0);
}, 60_000);

test("self-rotation: a client that was given the role replaces its secret", async () => {
  const { code, output } = await bench.type(await fences("docs/self-rotation.md", "sh"));
  expect(output).toMatch(/\{"id":.*"roles":\["api\.read","keys\.rotate"\],"secrets":\[\{/);
  expect(output).toMatch(/\}true$/m);
  expect(code).toBe(0);
}, 60_000);

test("command: a client by a command", async () => {
  const { code, output } = await bench.type(await fences("docs/command.md", "sh"));
  expect(output).toMatch(/^name +Nightly import$/m);
  expect(output).toMatch(/^[0-9a-f-]{36} +Nightly import +pending/m);
  expect(code).toBe(0);
}, 60_000);

test("prepare-the-tenant: the rehearsal", async () => {
  const { code, output } = await bench.type(await fences("docs/prepare-the-tenant.md", "sh"));
  expect(output).toContain("changes would be made.");
  expect(output).toContain("The settings are in rehearsal.env.");
  expect(output).toContain("Grant admin consent");
  expect(code).toBe(0);
}, 60_000);

test("backup-and-rebuild: on the local cloud", async () => {
  const [rebuild = ""] = await fences("docs/backup-and-rebuild.md", "sh");
  const { code, output } = await bench.type([rebuild]);
  expect(output).toContain("Nothing was changed. Run it again with --apply.");
  expect(output).toContain("Clients restored: 0");
  expect(code).toBe(0);
}, 60_000);

test("webhooks: one is set and tested, and the receiver takes what was sent and nothing else", async () => {
  const page = "docs/webhooks.md";
  const [receiver = ""] = await fences(page, "js");
  await writeFile(join(bench.folder, "receiver.mjs"), receiver);
  const typed = await bench.type([...(await fences(page, "sh")), "echo; echo $SECRET"]);
  expect(typed.output).toContain('"type":"webhook.test"');
  expect(typed.output).toContain('"state":"delivered"');
  expect(typed.code).toBe(0);

  const port = await freePort();
  const [SECRET = ""] = /whsec_\S+$/m.exec(typed.output) ?? [];
  const environment = { ...process.env, SECRET, PORT: String(port) };
  const child = spawn(process.execPath, ["receiver.mjs"], { cwd: bench.folder, env: environment });
  try {
    const hook = cloud.inbox.hooks().find(({ name }) => name === "contoso");
    const post = (body: string) =>
      fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        body,
        headers: Object.entries(hook?.headers ?? {}).filter(([name]) => /^webhook-/.test(name)),
      });
    const { status } = await eventually(
      () => post(hook?.body ?? "").catch(() => ({ status: 0 })),
      (answer) => answer.status !== 0,
    );
    expect(status).toBe(204);
    expect((await post(`${hook?.body} `)).status).toBe(401);
  } finally {
    child.kill();
  }
}, 60_000);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}
