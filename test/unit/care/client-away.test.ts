import { beforeEach, describe, expect, test } from "vitest";
import { indexDue } from "../../../shared/care/index-due.ts";
import { remind } from "../../../shared/care/remind.ts";
import { sendLetters } from "../../../shared/care/send-letters.ts";
import { workOffDue } from "../../../shared/care/work-off-due.ts";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { retireDue, retireOnTime } from "../../../shared/operations/credentials/retire-secret.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { type CareWorld, careWorld } from "../../support/care-world.ts";
import { collect } from "../../support/collect.ts";
import { aClient } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

/** What is due of a client's secrets while the client is not there: deleted here, or by hand in the directory. */

const HOUR_MS = 3_600_000;
const LONG_AGO = { createdAt: new Date(0) };

let world: CareWorld;
const own = () => ({ subscription: "contoso", by: ANN, clientId: world.client.id });
beforeEach(async () => {
  world = await careWorld();
});

/** What the hourly timers do. */
async function hour(): Promise<void> {
  const { product } = world;
  const deps = world.deps();
  await indexDue(deps);
  await workOffDue(deps, (due, secret) =>
    due.what === "retirement" ? retireDue(product, secret) : remind(deps)(due, secret),
  );
  await sendLetters(deps);
}

describe("a secret whose grace is over while its client is away", () => {
  let old: string;
  let next: string;
  beforeEach(async () => {
    old = await world.aSecret(60, "Old");
    const request = { ...own(), keyId: old, lifetimeDays: 90, graceHours: 24 };
    const rotated = await rotateSecret(world.product, request);
    next = rotated.ok ? rotated.value.keyId : "";
    await hour();
  });

  /** The time has come: by its message, and by its day. */
  async function isDue(): Promise<void> {
    world.passDays(2);
    for (const { body } of [...world.product.checks.waiting])
      if (body.type === "secret.retire") await retireOnTime(world.product, body);
    await hour();
  }
  const held = () =>
    world.product.directory.all().flatMap(({ secrets }) => secrets.map(({ keyId }) => keyId));

  test("goes when its customer has brought the client back", async () => {
    await deleteClient(world.product, own());
    await isDue();
    await restoreClient(world.product, { ...own(), as: "customer" });
    expect(held()).toEqual([old, next]);

    await hour();

    expect(held()).toEqual([next]);
    expect(world.told("secret.retired")).toHaveLength(1);
  });

  test("goes when somebody has deleted and brought it back in the directory, which nobody noticed", async () => {
    await world.product.directory.delete(world.client.id, LONG_AGO);
    await isDue();
    await world.product.directory.restore(world.client.id, LONG_AGO);
    expect(held()).toEqual([old, next]);

    world.product.runtime.pass(HOUR_MS);
    await hour();

    expect(held()).toEqual([next]);
    expect(world.told("secret.retired")).toHaveLength(1);
  });
});

test("a letter that waits says nothing of a client that was deleted meanwhile", async () => {
  await world.watches("ann", { of: EVERY_CLIENT });
  const other = await aClient(world.product, { displayName: "Other" });
  await world.aSecret(31);
  await world.aSecret(31, "Kept", other);
  await hour();
  world.passDays(1);
  world.mail.away(true);
  await hour();
  expect(world.told("secret.expiring")).toHaveLength(2);
  await deleteClient(world.product, own());
  world.mail.away(false);
  world.product.runtime.pass(HOUR_MS);

  await hour();

  expect(world.subjects()).toEqual(["A secret of “Other” expires in 30 days"]);
  expect(await collect(world.deps().letterBox.waiting())).toEqual([]);
});

test("what a letter left out of a client that was deleted is told when the client comes back", async () => {
  await leftOut();

  await restoreClient(world.product, { ...own(), as: "customer" });
  await hour();
  await hour();

  expect(world.subjects()).toEqual(["A secret of “Nightly import” expires in 30 days"]);
});

test("what a letter leaves out while its client comes back, and is indexed, is told all the same", async () => {
  const { clientsTable } = world.product;
  const replace = clientsTable.replace;
  let isBack = false;
  clientsTable.replace = async (row, version) => {
    // The write that says that it is not told.
    if (!isBack && String(row.rowKey).startsWith("secret:")) {
      isBack = true;
      await restoreClient(world.product, { ...own(), as: "customer" });
      await indexDue(world.deps());
      await workOffDue(world.deps(), remind(world.deps()));
    }
    return replace.call(clientsTable, row, version);
  };
  await leftOut();
  expect(isBack).toBe(true);

  await hour();

  expect(world.subjects()).toEqual(["A secret of “Nightly import” expires in 30 days"]);
});

/** A letter that waited, and has gone without the line of the client that was deleted meanwhile. */
async function leftOut(): Promise<void> {
  await world.watches("ann");
  await world.aSecret(31);
  await hour();
  world.passDays(1);
  world.mail.away(true);
  await hour();
  await deleteClient(world.product, own());
  world.mail.away(false);
  world.product.runtime.pass(HOUR_MS);
  await hour();
  expect(world.subjects()).toEqual([]);
}

test.each([false, true])(
  "a letter goes by the secret's own record where the client's names none (retiring: %s)",
  async (isRetiring) => {
    const { records, secrets } = world.product;
    await world.watches("ann");
    const keyId = await world.aSecret(31);
    await hour();
    world.passDays(1);
    world.mail.away(true);
    await hour();
    const owned = await records.client("contoso", world.client.id);
    const secret = await secrets.secret("contoso", world.client.id, keyId);
    if (!owned || !secret) return expect.unreachable();
    const { secrets: _, ...record } = owned.record;
    await records.save(record, owned.version);
    const retiresAt = secret.record.expiresAt;
    if (isRetiring) await secrets.saveSecret({ ...secret.record, retiresAt }, secret.version);
    world.mail.away(false);
    world.product.runtime.pass(HOUR_MS);

    await hour();

    expect(world.subjects()).toHaveLength(isRetiring ? 0 : 1);
  },
);
