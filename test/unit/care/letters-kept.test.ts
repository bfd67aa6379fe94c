import { beforeEach, expect, test } from "vitest";
import { watchRecords } from "../../../shared/adapters/records/watch-records.ts";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { sendLetters } from "../../../shared/care/send-letters.ts";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { type CareWorld, careWorld } from "../../support/care-world.ts";
import { aClient, RECONCILE_AFTER_MS } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

/** What becomes of a letter's lines between being written and being sent. */

let world: CareWorld;
beforeEach(async () => {
  world = await careWorld();
});
const HALF_A_MINUTE_MS = 30_000;

/** A reminder has become a line of Ann's, and the mail service is away. */
async function kept(of?: string): Promise<string> {
  await world.watches("ann", of === undefined ? {} : { of });
  const keyId = await world.aSecret(8);
  world.passDays(1.01);
  world.mail.away(true);
  expect(await world.run()).toMatchObject({ sent: 0, putOff: 1 });
  world.mail.away(false);
  world.product.runtime.pass(HALF_A_MINUTE_MS);
  return keyId;
}

test("what is watched no longer is not told of, whatever else its person watches", async () => {
  await kept();
  await world.watches("ann", { of: "another client" });
  await watchRecords(world.product.clientsTable).unwatch("contoso", "ann", world.client.id);

  expect(await world.run()).toMatchObject({ sent: 1, putOff: 0 });

  expect(world.mail.taken).toEqual([]);
});

test("what is being replaced since is not told of, though it is there for a while", async () => {
  const keyId = await kept();
  const own = { subscription: "contoso", by: ANN, clientId: world.client.id, keyId };
  const rotated = await rotateSecret(world.product, { ...own, lifetimeDays: 90, graceHours: 48 });
  expect(rotated.ok).toBe(true);

  await world.run();

  expect(world.mail.taken).toEqual([]);
});

test("and is told of after all where its retirement is called off", async () => {
  const keyId = await kept();
  const own = { subscription: "contoso", by: ANN, clientId: world.client.id, keyId };
  await rotateSecret(world.product, { ...own, lifetimeDays: 90, graceHours: 48 });
  await world.run();
  await world.run();
  expect(world.subjects()).toEqual([]);

  await moveRetirement(world.product, { ...own, retiresAt: undefined });
  await world.run();
  await world.run();

  expect(world.subjects()).toEqual(["A secret of “Nightly import” expires in 7 days"]);
});

test("a letter holds what ends first of more than it has room for, and the next one the rest", async () => {
  const { product } = world;
  await world.watches("ann", { of: EVERY_CLIENT });
  // What ends last comes first.
  for (let at = 59; at >= 0; at -= 1) {
    const displayName = `s${String(at).padStart(2, "0")}`;
    await world.aSecret(8 + at / 100, displayName, await aClient(product));
  }
  await world.run();
  world.passDays(1.6);
  await world.run();
  const named = (at: number) =>
    [...(world.mail.taken[at]?.text ?? "").matchAll(/secret “s(\d\d)”/g)].map(([, it]) =>
      Number(it),
    );
  const upTo = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => from + at);
  expect(named(0)).toEqual(upTo(0, 50));

  world.passDays(1);
  await world.run();

  expect(named(1)).toEqual(upTo(50, 60));
});

test("a letter that another host is sending is its own until that host is taken for dead", async () => {
  await world.watches("ann");
  await world.aSecret(8);
  world.passDays(1.01);
  const sending = { ...world.deps(), mail: { send: () => new Promise<never>(() => undefined) } };
  world.mail.away(true);
  await world.run();
  world.mail.away(false);
  world.product.runtime.pass(HALF_A_MINUTE_MS);
  void sendLetters(sending);
  await new Promise((resolve) => setImmediate(resolve));

  expect(await world.run()).toMatchObject({ sent: 0, putOff: 0 });
  expect(world.mail.taken).toEqual([]);
  world.product.runtime.pass(RECONCILE_AFTER_MS + 1);
  expect(await world.run()).toMatchObject({ sent: 1 });
  expect(world.mail.taken).toHaveLength(1);
});

test("what the mail service will never take stands in the log", async () => {
  const notesOf = async () => {
    const observation = newObservation();
    await observe(observation, world.run);
    return observation.notes.filter((name) => name.startsWith("letter"));
  };
  await world.watches("ann", { email: "nobody" });
  await world.aSecret(8);
  world.passDays(1.01);

  expect(await notesOf()).toEqual(["letter-refused:2026-03-03"]);
});
