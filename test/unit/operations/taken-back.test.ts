import { expect, test } from "vitest";
import type { Held } from "../../../shared/operations/admission/operation.ts";
import { settleAddSecret } from "../../../shared/operations/settling/settle-add-secret.ts";
import { settleCreate } from "../../../shared/operations/settling/settle-create.ts";
import { aCreate, clientWorld } from "../../support/client-world.ts";
import { dying, revive } from "../../support/dying.ts";
import { abandoned, type TestProduct } from "../../support/product.ts";
import { later } from "../../support/samples.ts";

/** A secret that was told of and has reached nobody: whoever takes it back dies at any of its calls. */

const secret = { displayName: "Lost", createdAt: later(0), expiresAt: later(86_400_000) };
const cells = {
  displayName: secret.displayName,
  createdAt: secret.createdAt.toISOString(),
  expiresAt: secret.expiresAt.toISOString(),
};

async function anAddition() {
  const world = await clientWorld();
  const clientId = world.client.id;
  const left = await abandoned(world, { kind: "add-secret", clientId, ...cells });
  await world.directory.addSecret(clientId, secret, world.client);
  const held = await world.operations.take(left, world.runtime.now());
  const settle = (process: TestProduct) => settleAddSecret(process)(held as never);
  return { world, held, settle };
}

async function aRegistration() {
  const world = await clientWorld();
  const left = await abandoned(world, { ...aCreate(), secret: cells });
  const { operationId, subscription } = left.entry;
  const named = { operationId, subscription, displayName: "New", roles: ["api.read"] as const };
  await world.directory.create({ ...named, secret });
  const held = await world.operations.take(left, world.runtime.now());
  const settle = (process: TestProduct) => settleCreate(process)(held as never);
  return { world, held, settle };
}

test.each([
  ["an addition", anAddition],
  ["a registration", aRegistration],
])("the secret of %s has gone in the end, and is told to have, once", async (_, begin) => {
  let calls = Number.POSITIVE_INFINITY;
  for (let at = 1; at <= calls; at += 1)
    for (const moment of ["before", "after"] as const) {
      const { world, held, settle } = await begin();
      const { process, death, calls: made } = dying(world, at, moment);
      if ((await Promise.race([settle(process), death])) !== "died") calls = made();

      await revive(world);

      const secrets = world.directory.all().flatMap((client) => client.secrets);
      expect(secrets, `${moment} call ${at}`).toEqual([]);
      const { operationId } = (held as Held).entry;
      expect(
        world.events.published.map(({ id }) => id),
        `${moment} call ${at}`,
      ).toEqual([`${operationId}:secret.removed`]);
    }
  expect(calls).toBeGreaterThan(4);
});
