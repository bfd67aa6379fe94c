import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { killGate } from "./support/kill-gate.ts";
import { killedRun } from "./support/killed-run.ts";
import { startPersonCloud } from "./support/person-cloud.ts";
import { latchkey } from "./support/run.ts";

/** A process that dies with somebody's tokens written, and not yet in their place. */

const MAIN = join(import.meta.dirname, "../../cli/source/main.ts");
const DEATH = pathToFileURL(join(import.meta.dirname, "support/die-before-rename.ts")).href;
const DRAFT = /^[0-9a-f-]{36}\.draft$/;

let world: Awaited<ReturnType<typeof startPersonCloud>>;
let mine: Record<string, string>;
beforeAll(async () => {
  world = await startPersonCloud();
});
beforeEach(async () => {
  mine = await world.newcomer();
});

const run = (...args: readonly string[]) => latchkey(args, { environment: mine });
/** The same as a process that dies between draft and rename. */
const dying = (...args: readonly string[]) =>
  killedRun({
    main: MAIN,
    args,
    environment: { ...mine, NODE_OPTIONS: `--import=${DEATH}` },
    gate: killGate(),
  });
/** Everything that is kept on this machine, with its mode. */
async function kept() {
  const state = join(mine["XDG_STATE_HOME"] ?? "", "latchkey");
  const found = await readdir(state, { recursive: true, withFileTypes: true }).catch(() => []);
  return Promise.all(
    found.map(async (one) => {
      const path = join(one.parentPath, one.name);
      const { mode } = await stat(path);
      return { name: one.name, path, mode: mode & 0o777, isFile: one.isFile() };
    }),
  );
}
const filesOf = (all: Awaited<ReturnType<typeof kept>>) =>
  all.filter(({ isFile }) => isFile).map(({ name }) => name);
const isOwnersAlone = (all: Awaited<ReturnType<typeof kept>>) =>
  all.every(({ mode, isFile }) => mode === (isFile ? 0o600 : 0o700));

test.each([
  ["sign-in", ["sign-in.json"]],
  ["sign-out", []],
])(
  "a sign-in that died has signed nobody in; the next %s leaves nothing of it",
  async (next, left) => {
    expect(await dying("sign-in")).toMatchObject({ code: null });
    const died = await kept();
    expect(filesOf(died)).toEqual([expect.stringMatching(DRAFT)]);
    expect(isOwnersAlone(died)).toBe(true);
    expect((await run("clients", "list")).code).toBe(3);

    expect((await run(next)).code).toBe(0);
    const now = await kept();
    expect(filesOf(now)).toEqual(left);
    expect(isOwnersAlone(now)).toBe(true);
  },
);

test.each([
  ["sign-in", ["sign-in.json"]],
  ["sign-out", []],
])(
  "a renewal that died takes nothing from her who is signed in; the next %s leaves nothing of it",
  async (next, left) => {
    await run("sign-in");
    await endToken();
    expect(await dying("clients", "list")).toMatchObject({ code: null });
    const died = await kept();
    expect(filesOf(died).toSorted()).toEqual([expect.stringMatching(DRAFT), "sign-in.json"]);
    expect(isOwnersAlone(died)).toBe(true);
    expect((await run("clients", "list")).code).toBe(0);

    expect((await run(next)).code).toBe(0);
    expect(filesOf(await kept())).toEqual(left);
  },
);

/** As if so much time had passed: the access token is over, so that the next command renews it. */
async function endToken(): Promise<void> {
  for (const { path } of (await kept()).filter(({ isFile }) => isFile)) {
    const all = JSON.parse(await readFile(path, "utf8"));
    const cache: Record<string, Record<string, object>> = JSON.parse(all.cache);
    for (const token of Object.values(cache["AccessToken"] ?? {}))
      Object.assign(token, { expires_on: "1000", extended_expires_on: "1000" });
    await writeFile(path, JSON.stringify({ ...all, cache: JSON.stringify(cache) }));
  }
}
