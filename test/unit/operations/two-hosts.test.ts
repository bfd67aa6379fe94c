import { beforeEach, describe, expect, test } from "vitest";
import { sharedLine } from "../../../shared/operations/admission/shared-turn.ts";
import { purgeClient } from "../../../shared/operations/clients/purge-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { retireSecret } from "../../../shared/operations/credentials/retire-secret.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { takeStep } from "../../../shared/operations/whole/take-step.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { type TestProduct, underWay } from "../../support/product.ts";
import { seeded } from "../../support/random.ts";
import { runWorld } from "../../support/run-world.ts";
import { later, OLGA } from "../../support/samples.ts";

/** Two hosts do what excludes each other, in every order that chance makes of their calls: each run ends in one of the allowed ends. */

const DAY_MS = 86_400_000;
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

/** The same product in a process of its own, which is so slow between its calls as chance has it. */
function hostOf<P extends TestProduct>(product: P, random: () => number): P {
  const wait = async () => {
    for (let ticks = Math.floor(random() ** 2 * 40); ticks > 0; ticks -= 1) await undefined;
  };
  const slow = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== "function" || name === "list" || name === "listDeleted")
          return member;
        return async (...asked: unknown[]): Promise<unknown> => {
          await wait();
          const answer: unknown = await Reflect.apply(member, target, asked);
          await wait();
          return answer;
        };
      },
    });
  const { directory, records, operations, secrets, events, checks, runs } = product;
  return {
    ...product,
    line: sharedLine(),
    directory: slow(directory),
    records: slow(records),
    operations: slow(operations),
    secrets: slow(secrets),
    events: slow(events),
    checks: slow(checks),
    runs: slow(runs),
  };
}

const hosts = <P extends TestProduct>(product: P, seed: number) => {
  const random = seeded(seed);
  return [hostOf(product, random), hostOf(product, random)] as const;
};

let world: ClientWorld;
const reasonOf = (answer: { ok: true } | { ok: false; refusal: { reason: string } }): string =>
  answer.ok ? "done" : answer.refusal.reason;

/** What the directory has is what the records say, and nobody holds anything. */
async function expectAgreement(): Promise<void> {
  const onRecord = (await world.onRecord()).map(({ keyId }) => keyId);
  expect(onRecord.toSorted()).toEqual((await world.inDirectory()).toSorted());
  const known = (await world.record())?.secrets ?? [];
  const there = known.filter(({ goneAt }) => !goneAt).map(({ keyId }) => keyId);
  expect(there.toSorted()).toEqual(onRecord.toSorted());
  expect(await underWay(world)).toEqual([]);
}

describe("a secret", () => {
  let old: string;
  beforeEach(async () => {
    world = await clientWorld();
    ({ keyId: old } = await world.added());
  });

  test.each(SEEDS)(
    "rotated by two at once has as many successors as were answered (%i)",
    async (seed) => {
      const request = { ...world.own, keyId: old, lifetimeDays: 90, graceHours: 24 };
      const answers = await Promise.all(
        hosts(world, seed).map((host) => rotateSecret(host, request)),
      );

      const made = answers.flatMap((answer) => (answer.ok ? [answer.value.keyId] : []));
      expect(made.length).toBeGreaterThan(0);
      for (const answer of answers)
        if (!answer.ok)
          expect(["client-busy", "secret-limit-reached"]).toContain(answer.refusal.reason);
      // There is room for two: the second one to come takes the place of the one that was on its way out.
      const left = made.length > 1 ? made : [old, ...made];
      expect((await world.inDirectory()).toSorted()).toEqual(left.toSorted());
      expect(world.told().filter((type) => type === "secret.rotated")).toHaveLength(made.length);
      await expectAgreement();
    },
  );

  test.each(SEEDS)("rotated and removed at once is either (%i)", async (seed) => {
    const [one, two] = hosts(world, seed);
    const request = { ...world.own, keyId: old, lifetimeDays: 90, graceHours: 24 };
    const [rotated, removed] = await Promise.all([
      rotateSecret(one, request),
      removeSecret(two, { ...world.own, keyId: old }),
    ]);

    expect(["done done", "secret-not-found done", "done client-busy"]).toContain(
      `${reasonOf(rotated)} ${reasonOf(removed)}`,
    );
    const made = rotated.ok ? [rotated.value.keyId] : [];
    expect(await world.inDirectory()).toEqual(removed.ok ? made : [old, ...made]);
    await expectAgreement();
  });

  test.each(SEEDS)(
    "that comes due while it is moved or kept goes, or is moved (%i)",
    async (seed) => {
      await rotateSecret(world, { ...world.own, keyId: old, lifetimeDays: 90, graceHours: 24 });
      world.runtime.pass(DAY_MS);
      const [one, two] = hosts(world, seed);
      const retiresAt = seed % 2 ? undefined : later(5 * DAY_MS, world.runtime.now());

      const [retired, moved] = await Promise.all([
        retireSecret(one, { subscription: "contoso", clientId: world.client.id, keyId: old }).catch(
          () => "put-off",
        ),
        moveRetirement(two, { ...world.own, keyId: old, retiresAt }),
      ]);

      const isThere = (await world.inDirectory()).includes(old);
      const record = (await world.onRecord()).find(({ keyId }) => keyId === old);
      expect([isThere, moved.ok, record !== undefined]).toEqual([
        retired !== "retired",
        moved.ok || reasonOf(moved) === "client-busy" ? isThere : false,
        isThere,
      ]);
      if (moved.ok) expect(record?.retiresAt).toEqual(retiresAt);
      if (!moved.ok) expect(["client-busy", "secret-not-found"]).toContain(reasonOf(moved));
      await expectAgreement();
    },
  );
});

test.each(SEEDS)("a deleted client is restored or purged, and never both (%i)", async (seed) => {
  world = await clientWorld();
  await world.added();
  await world.delete();
  const [one, two] = hosts(world, seed);
  const own = { subscription: "contoso", clientId: world.client.id };

  const [restored, purged] = await Promise.all([
    restoreClient(one, { ...own, by: world.own.by, as: "customer" }),
    purgeClient(two, { ...own, by: OLGA }),
  ]);

  expect([reasonOf(restored), reasonOf(purged)].toSorted()).toEqual(["done", "not-found"]);
  expect(world.directory.all()).toHaveLength(restored.ok ? 1 : 0);
  expect((await world.record()) !== undefined).toBe(restored.ok);
  const { account } = await world.operations.account("contoso");
  expect([account.clients, await world.countedDeleted()]).toEqual([restored.ok ? 1 : 0, 0]);
  expect(await underWay(world)).toEqual([]);
});

test.each(SEEDS.slice(0, 30))("a customer is ended or kept as a whole (%i)", async (seed) => {
  const run = runWorld({ directoryWritesPerMinute: 600, maxClients: 10 });
  await run.threeClients();
  const [one, two] = hosts(run, seed);
  const asked = { subscription: "contoso", by: OLGA };
  const graceMs = 1_000;
  const offboarding = beginRun(one, {
    ...asked,
    kind: "offboard-subscription",
    reason: "Over",
    graceMs,
  });
  // Called off while its steps are taken, some of them at once on both hosts.
  await offboarding;
  const steps = Math.floor(seeded(seed)() * 9);
  for (let step = 0; step < steps; step += 1) {
    const message = run.nextMessage();
    if (message) await Promise.all([takeStep(one, message), takeStep(two, message)]);
  }
  const message = run.nextMessage();
  await Promise.all([
    beginRun(two, { ...asked, kind: "cancel-offboard" }),
    message && takeStep(one, message),
  ]);
  await run.work();

  const { suspended } = (await run.operations.account("contoso")).account;
  const left = (await run.records.list("contoso", 10)).records;
  const inDirectory = run.directory.all();
  expect(inDirectory.map(({ id }) => id).toSorted()).toEqual(left.map(({ id }) => id).toSorted());
  if (suspended) expect(left).toEqual([]);
  else {
    // What had been deleted by then is restored one by one; all others go on.
    expect(inDirectory.filter(({ disabled }) => disabled)).toEqual([]);
    expect(left.filter((client) => client.suspended)).toEqual([]);
  }
  expect(await underWay(run)).toEqual([]);
});
