import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { openApi } from "../support/api.ts";
import { NO_SWEEPS, startTestCloud } from "../support/cloud.ts";
import { clientOf, makeClient, type ShownClient, tokenStatus } from "../support/make.ts";
import { githubStandIn } from "./stand-ins/github.ts";
import { killedRun } from "./support/killed-run.ts";
import { killingProxy } from "./support/killing-proxy.ts";
import { standIn } from "./support/stand-in.ts";

/**
 * `latchkey rotate` as a process of its own that is killed with each of its requests, before the service does it and after, and run
 * again. Everything it talks to is real but for the proxy that kills.
 */

const MAIN = join(import.meta.dirname, "../../cli/source/main.ts");
/** More requests than a run sends. */
const ENOUGH = 24;
/** Another run is believed dead after so long; a busy machine gets half of it from a secret to its proof. */
const SETTLE = "40s";
/** GitHub's clock is ahead of the directory's. */
const CLOCK_MS = 1_000;

const LIMITS = { MAX_CLIENTS_PER_SUBSCRIPTION: "1000", SUBSCRIPTION_WRITES_PER_MINUTE: "100000" };

let cloud: Cloud;
let folder: string;
type Proxy = Awaited<ReturnType<typeof killingProxy>>;
const proxies: Proxy[] = [];
let customer: Awaited<ReturnType<Awaited<ReturnType<typeof openApi>>["customer"]>>;
beforeAll(async () => {
  cloud = await startTestCloud({ environment: { ...NO_SWEEPS, ...LIMITS } });
  folder = await mkdtemp(join(tmpdir(), "latchkey-rotate-"));
  customer = await (await openApi(cloud)).customer();
});
afterAll(async () => {
  for (const proxy of proxies) proxy.close();
  await rm(folder, { recursive: true, force: true });
});

const openProxy = async (): Promise<Proxy> => {
  const [api, directory] = [cloud.addresses.api, cloud.addresses.tokenEndpoint];
  const proxy = await killingProxy(new URL(api).origin, new URL(directory).origin);
  proxies.push(proxy);
  return proxy;
};

interface Place {
  readonly options: readonly string[];
  /** What programs read there. */
  read(): Promise<string | undefined>;
}

const textOf = (file: string) => readFile(file, "utf8").catch(() => "");

const PLACES: Readonly<Record<string, (name: string) => Promise<Place>>> = {
  "a .env file": async (name) => {
    const file = join(folder, `${name}.env`);
    await writeFile(file, "OTHER=stays\n");
    return {
      options: ["--to", `env:${file}#CLIENT_SECRET`],
      read: async () => parseEnv(await textOf(file))["CLIENT_SECRET"],
    };
  },
  "a command": async (name) => {
    const file = join(folder, name);
    return {
      options: [
        ...["--to", `command:cat > ${file}.new && mv ${file}.new ${file}`],
        ...["--read-back", `cat ${file}`],
      ],
      read: async () => (await textOf(file)) || undefined,
    };
  },
};

const run = (
  proxy: Proxy,
  client: string,
  options: readonly string[],
  death?: [number, boolean],
  more: Readonly<Record<string, string>> = {},
) =>
  killedRun({
    main: MAIN,
    args: [
      ...["rotate", client, "--every", "0s", "--grace-hours", "0", "--settle", SETTLE],
      ...options,
    ],
    environment: { LATCHKEY_API: proxy.origin, LATCHKEY_TOKEN: customer.token, ...more },
    gate: proxy.gate,
    death,
  });

const works = async (client: ShownClient, { read }: Place): Promise<boolean> =>
  (await tokenStatus(client, (await read()) ?? "none")) === 200;

test.concurrent.each(Object.entries(PLACES))(
  "%s: killed with any request and run again, it always holds a secret that works, and nothing is left",
  async (kind, place) => {
    const settle = async (done: boolean) => {
      const proxy = await openProxy();
      let kills = 0;
      for (let at = 0; at < ENOUGH; at += 1) {
        const client = await makeClient(customer.call, `${kind} ${at} ${done}`);
        const sink = await place(`${at}-${done}-${client.id}`);
        const first = await run(proxy, client.id, sink.options);
        expect(first.code, first.said).toBe(0);
        const killed = await run(proxy, client.id, sink.options, [at, done]);
        expect(await works(client, sink)).toBe(true);
        if (killed.code === 0) break;
        kills += 1;

        const again = await run(proxy, client.id, sink.options);
        expect(again.code, again.said).toBe(0);
        expect(await works(client, sink)).toBe(true);
        const { secrets } = clientOf(await customer.call("GET", `/clients/${client.id}`));
        expect(secrets).toHaveLength(1);
        expect(again.said).not.toContain(await sink.read());
      }
      return kills;
    };
    const [before = 0, after = 0] = await Promise.all([settle(false), settle(true)]);
    expect(before).toBeGreaterThanOrEqual(6);
    expect(after).toBeGreaterThanOrEqual(6);
    expect((await readdir(folder)).filter((name) => /draft|new$/.test(name))).toEqual([]);
  },
  600_000,
);

test("GitHub, where a client may have two secrets: a run after one that died says which one is not in it; without that one it goes on", async () => {
  const proxy = await openProxy();
  const { gate } = proxy;
  let refusals = 0;
  for (let at = 0; at < ENOUGH; at += 1) {
    // It tells its times to the second; by this clock it is never written to in the second in which a secret is made.
    const github = await githubStandIn(() => new Date(Date.now() + CLOCK_MS));
    const server = await standIn(github.answer, { gate });
    const environment = { GITHUB_API_URL: server.origin, GH_TOKEN: "github_pat_a" };
    const client = await makeClient(customer.call, `GitHub ${at}`);
    const secrets = async () =>
      clientOf(await customer.call("GET", `/clients/${client.id}`)).secrets;
    const go = (death?: [number, boolean]) =>
      run(proxy, client.id, ["--to", "github:contoso/nightly#CLIENT_SECRET"], death, environment);
    const first = await go();
    expect(first.code, first.said).toBe(0);
    const written = Date.now();
    await expect.poll(() => Date.now() - written).toBeGreaterThan(2 * CLOCK_MS);
    const killed = await go([at, true]);
    const again = killed.code === 0 ? killed : await go();
    if (again.code !== 0) {
      expect(again).toMatchObject({ code: 5 });
      const both = await secrets();
      expect(both).toHaveLength(2);
      const isIn = ({ hint }: { readonly hint: string }) => github.current()?.startsWith(hint);
      const other = both.find((one) => !isIn(one))?.keyId ?? "";
      expect(again.said).toMatch(
        new RegExp(`it holds ${both.find(isIn)?.keyId} .* and not ${other} `),
      );
      expect(again.said).not.toContain(github.current());
      await customer.call("DELETE", `/clients/${client.id}/secrets/${other}`);
      expect(await go()).toMatchObject({ code: 0 });
      refusals += 1;
    }
    expect(await tokenStatus(client, github.current() ?? "none")).toBe(200);
    expect(await secrets()).toHaveLength(1);
    server.close();
    if (killed.code === 0) break;
  }
  // With the new secret made and not yet written, and with it written and the old one not yet removed.
  expect(refusals).toBeGreaterThanOrEqual(4);
}, 600_000);

test("a .env file keeps its other lines, and nobody else may read it", async () => {
  const client = await makeClient(customer.call, "Modes");
  const file = join(folder, "modes.env");
  await writeFile(file, "# settings\nFIRST=1\nexport CLIENT_SECRET=old\nLAST='2'\n", {
    mode: 0o644,
  });
  const ran = await run(await openProxy(), client.id, ["--to", `env:${file}#CLIENT_SECRET`]);
  expect(ran).toMatchObject({ code: 0 });
  expect(await textOf(file)).toMatch(
    /^# settings\nFIRST=1\nexport CLIENT_SECRET='[^'\n]{30,}'\nLAST='2'\n$/,
  );
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
