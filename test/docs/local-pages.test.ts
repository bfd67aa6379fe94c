import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../infra/local/cloud.ts";
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
