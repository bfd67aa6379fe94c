import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildCommand } from "../../cli/build.ts";
import { ClientShape } from "../../functions/http/shapes.ts";
import type { Cloud } from "../../infra/local/cloud.ts";
import {
  type ServerCertificate,
  serverCertificate,
} from "../../infra/local/directory/certificates.ts";
import { openApi } from "../support/api.ts";
import { NO_SWEEPS, startTestCloud } from "../support/cloud.ts";
import { grantAs } from "../support/grant-as.ts";
import { clientOf } from "../support/make.ts";
import { PLACES } from "./stand-ins/places.ts";
import { killedRun } from "./support/killed-run.ts";
import { killingProxy } from "./support/killing-proxy.ts";
import { keepPolling } from "./support/poller.ts";
import { latchkey } from "./support/run.ts";

/**
 * `latchkey rotate` to each sink that lies on a server: the package as it is published, killed with each request of its, to the sink,
 * the service and the token endpoint, before it is done and after, and run again. Meanwhile a program asks for a token with what
 * it finds in the sink.
 */

/** More requests than a run sends. */
const ENOUGH = 24;
/** Another run is believed dead after so long; a busy machine gets half of it from a secret to its proof. */
const SETTLE = "40s";
/** The one in use, the new one, and one in its grace (README). Of GitHub's, one that a dead run has left stands for the last. */
const MOST_SECRETS = 3;

const LIMITS = {
  MAX_CLIENTS_PER_SUBSCRIPTION: "1000",
  SUBSCRIPTION_WRITES_PER_MINUTE: "100000",
  // With this audience a client has more places than any rotation needs: what is counted is what the rotation makes.
  CLIENT_SIGN_IN_AUDIENCE: "AzureADMyOrg",
};

let cloud: Cloud;
let main: string;
let folder: string;
let certificate: ServerCertificate;
let customer: Awaited<ReturnType<Awaited<ReturnType<typeof openApi>>["customer"]>>;
const open: { close(): void }[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-servers-"));
  certificate = serverCertificate(folder);
  main = await buildCommand();
  cloud = await startTestCloud({ environment: { ...NO_SWEEPS, ...LIMITS }, flavour: "entra" });
  customer = await (await openApi(cloud)).customer();
});
afterAll(async () => {
  for (const one of open) one.close();
  await rm(folder, { recursive: true, force: true });
});

/** A client whose secret is in a sink of its own, and the runs that bring it there. */
async function rotation(kind: string) {
  const { api, tokenEndpoint } = cloud.addresses;
  const proxy = await killingProxy(new URL(api).origin, new URL(tokenEndpoint).origin);
  const { gate } = proxy;
  const own = await mkdtemp(join(folder, "place-"));
  const place = await PLACES[kind]?.({ gate, folder: own, certificate });
  if (place === undefined) throw new Error(`There is no ${kind}.`);
  open.push(proxy, place);
  // By the command itself: on a busy machine a host that has just started may ask to come back, and it does.
  const made = await latchkey(["clients", "create", kind, "--json"], {
    environment: { LATCHKEY_API: api, LATCHKEY_TOKEN: customer.token },
  });
  const client = ClientShape().parse(JSON.parse(made.out));
  const path = `/clients/${client.id}`;
  const secrets = async () => clientOf(await customer.call("GET", path)).secrets;
  return {
    client,
    place,
    secrets,
    run: (death?: [number, boolean]) =>
      killedRun({
        main,
        args: [
          ...["rotate", client.id, "--every", "0s", "--grace-hours", "1"],
          ...["--settle", SETTLE, "--to", place.to],
        ],
        environment: {
          ...{ LATCHKEY_API: proxy.origin, LATCHKEY_TOKEN: customer.token },
          ...place.environment,
        },
        gate,
        death,
      }),
    /** As if the grace of those that are going had passed. */
    passGrace: async () => {
      for (const { keyId, retiresAt } of await secrets())
        if (retiresAt) await customer.call("DELETE", `${path}/secrets/${keyId}`);
    },
  };
}

/** @returns how many runs were killed, and what the program saw */
async function killedAtEach(kind: string, done: boolean) {
  const { client, place, secrets, run, passGrace } = await rotation(kind);
  const first = await run();
  expect(first.code, first.said).toBe(0);
  // Without a role Entra gives a client no token at all.
  await grantAs(cloud, client.id);
  const poller = keepPolling(
    client,
    async () => place.current(),
    async () => (await secrets()).length,
  );
  let kills = 0;
  for (let at = 0; at < ENOUGH; at += 1) {
    await poller.settled();
    await passGrace();
    const killed = await run([at, done]);
    if (killed.code === 0) break;
    expect(killed.code, killed.said).toBeNull();
    kills += 1;
    const again = await run();
    expect(again.code, again.said).toBe(0);
    expect(again.said).not.toContain(place.current());
    expect((await secrets()).filter(({ retiresAt }) => !retiresAt)).toHaveLength(1);
  }
  return { kills, ...(await poller.stop()) };
}

test.concurrent.each(Object.keys(PLACES))(
  "%s: killed with any request and run again, no program that reads the sink is ever refused",
  async (kind) => {
    const [before, after] = await Promise.all([
      killedAtEach(kind, false),
      killedAtEach(kind, true),
    ]);
    for (const seen of [before, after]) {
      expect(seen).toMatchObject({ refused: [] });
      expect(seen.kills).toBeGreaterThanOrEqual(9);
      expect(seen.kills).toBeLessThan(ENOUGH);
      expect(seen.asked).toBeGreaterThan(seen.kills);
      expect(seen.most).toBeLessThanOrEqual(MOST_SECRETS);
    }
  },
  600_000,
);
