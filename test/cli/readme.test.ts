import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildCommand } from "../../cli/build.ts";
import type { Cloud } from "../../infra/local/cloud.ts";
import { serverCertificate } from "../../infra/local/directory/certificates.ts";
import { type DocsBench, fences, openDocsBench } from "../docs/bench.ts";
import { startTestCloud } from "../support/cloud.ts";
import { PLACES, type Place } from "./stand-ins/places.ts";

/** The command as customers have it: what its README tells them to type, and the package. */

const BROWSER = join(import.meta.dirname, "support/browser-process.ts");
const DEVICE = join(import.meta.dirname, "support/other-device-process.ts");

const run = promisify(execFile);
const HELP = 'npx --yes --offline --package="$0" latchkey --help';
/** Of the processor, from a warm cache to the end of `--help`: others may be busy on this machine. */
const HELP_SECONDS = 3;

let bench: DocsBench;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-package-"));
  bench = await openDocsBench();
  // As customers have it: the one file, beside the packages of the sinks.
  await symlink(await buildCommand(), join(bench.folder, ".tools/latchkey"));
  await mkdir(join(bench.folder, ".local"));
});
afterAll(async () => {
  await bench?.remove();
  await rm(folder, { recursive: true, force: true });
});

/**
 * The blocks of the README in that language, typed beside a local cloud: `sh` where it is as it starts, `bash` where its directory takes
 * more than secrets.
 */
async function typed(language: "sh" | "bash", cloud: Cloud, places: readonly Place[] = []) {
  await writeFile(join(bench.folder, ".local/cloud.json"), JSON.stringify(cloud.addresses));
  const blocks = await fences("cli/README.md", language);
  // Ann's browser, and what she remembers on this machine.
  const browser = join(bench.folder, "browser");
  await writeFile(browser, `#!/bin/sh\nexec "${process.execPath}" "${BROWSER}" ann "$1"\n`);
  await chmod(browser, 0o755);
  const hers = { BROWSER: browser, XDG_STATE_HOME: join(bench.folder, language) };
  if (language === "sh") return bench.type(blocks, hers);
  // What comes before them on the page, and goes for them too; and Ann with another device, who sees what is said here.
  const before = [
    `field() { node -p "JSON.parse(fs.readFileSync(0)).$1"; }`,
    `latchkey() { if [ "\${2-}" = --device ]; then command latchkey "$@" 2> >(node "${DEVICE}" ann); else command latchkey "$@"; fi; }`,
  ];
  const found = { LATCHKEY_API: cloud.addresses.api, VAULT: "", ...hers };
  for (const { to, environment } of places) {
    Object.assign(found, environment);
    // The README says the vault's name; this one is another cloud's, named by its host.
    if (to.startsWith("keyvault:")) found.VAULT = to.replace(/^keyvault:|\/nightly$/g, "");
  }
  return bench.type([...before, ...blocks], found);
}

test("what the README tells to type does what it says", async () => {
  const { code, output } = await typed("sh", await startTestCloud());
  expect(output).toContain("Usage: latchkey");
  expect(output).toMatch(/^name +Nightly export$/m);
  expect(output).toMatch(/^[0-9a-f-]{36} +Nightly export +deleted/m);
  expect(output).toMatch(/^env:.* has [0-9a-f-]{36}, which works until/m);
  expect(output).toMatch(/^command:.* has [0-9a-f-]{36}, which works until/m);
  expect(output).toContain("valid until");
  expect(output).toMatch(/"token_type":"Bearer"/);
  expect(output).toContain("You watch it since");
  expect(output).toMatch(/^roles +api\.read keys\.rotate$/m);
  expect(output).toMatch(/^Ann Contoso is signed in at 127\.0\.0\.1:\d+\.$/m);
  expect(output).toMatch(/^You are signed out of /m);
  expect(await readdir(join(bench.folder, "sh/latchkey"))).toEqual([]);
  expect(code).toBe(0);
}, 300_000);

test("what it tells to type where the directory takes more than secrets", async () => {
  const world = { folder, certificate: serverCertificate(folder) };
  const places = await Promise.all(Object.values(PLACES).map((open) => open(world)));
  // As a tenant of Entra's is set up: clients of this audience hold as many secrets as there are sinks.
  const environment = { CLIENT_SIGN_IN_AUDIENCE: "AzureADMyOrg" };
  const cloud = await startTestCloud({ flavour: "entra", environment });
  const { code, output } = await typed("bash", cloud, places);
  for (const place of places) place.close();
  expect(places.map((place) => place.current())).toEqual(
    places.map(() => expect.stringMatching(/^[^\s]{30,}$/)),
  );
  expect(output.match(/^https?:.* has [0-9a-f-]{36}, which works until/gm)).toHaveLength(4);
  expect(output).toMatch(/^[0-9a-f-]{36} +Import +[0-9A-F]{40} /m);
  expect(output).toMatch(/^github-actions +branch +--organization/m);
  expect(output).toMatch(/^[0-9a-f-]{36} +federated +github-main .* repo:octo-org\/octo-repo/m);
  expect(output).toMatch(/^github-main +nothing$/m);
  expect(output).toMatch(/^[0-9a-f-]{36} is removed\.$/m);
  expect(code).toBe(0);
}, 300_000);

test("the package is one file that runs on its own, under 3 s by npx", async () => {
  const built = await buildCommand(join(folder, "dist"));
  expect((await stat(built)).mode & 0o111).toBe(0o111);
  const packed = await run("npm", ["pack", "--json", join(folder, "dist")], { cwd: folder });
  const [{ filename, files }] = JSON.parse(packed.stdout);
  expect(files.map(({ path }: { path: string }) => path).sort()).toEqual([
    "README.md",
    "latchkey.js",
    "package.json",
  ]);
  const npx = (): Promise<{ stdout: string; stderr: string }> =>
    run("bash", ["-c", `TIMEFORMAT="%U %S"; time ${HELP}`, join(folder, filename)], {
      cwd: folder,
      env: { ...process.env, npm_config_cache: join(folder, "cache") },
    });
  await npx();
  const { stdout, stderr } = await npx();
  expect(stdout).toContain("Usage: latchkey");
  const [times = ""] = /\S+ \S+\s*$/.exec(stderr) ?? [];
  const [user = Number.NaN, system = Number.NaN] = times.split(" ").map(Number);
  expect(user + system).toBeLessThan(HELP_SECONDS);
});
