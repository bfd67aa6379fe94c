import { expect, test } from "vitest";
import { EXCHANGE_AUDIENCE } from "../../../shared/clients/federated/federated.ts";
import { addFederated } from "../../../shared/operations/credentials/add-federated.ts";
import { removeFederated } from "../../../shared/operations/credentials/remove-federated.ts";
import { clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { dying, type Moment } from "../../support/dying.ts";
import { RECONCILE_AFTER_MS, testProduct, underWay } from "../../support/product.ts";

const MOMENTS: readonly Moment[] = ["before", "after"];
const MOST_CALLS = 40;
const credential = {
  displayName: "github-main",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:octo-org/octo-repo:ref:refs/heads/main",
  audience: EXCHANGE_AUDIENCE,
};

async function start() {
  const product = testProduct();
  const world = await clientWorld(product);
  const shown = async () =>
    (await product.directory.federatedOf(world.client.id, world.client)) ?? [];
  const told = (type: string) => product.events.published.filter((event) => event.type === type);
  /** Others go on: whatever was left is ended. */
  const revive = async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      product.runtime.pass(RECONCILE_AFTER_MS);
      for (const held of await product.operations.allUnderWay("contoso"))
        await product.settle(held);
    }
    expect(await underWay(product)).toEqual([]);
  };
  return { product, own: world.own, shown, told, revive };
}

test.each(MOMENTS)("trusting an issuer that dies %s any of its calls", async (moment) => {
  let kills = 0;
  for (let at = 1; at <= MOST_CALLS; at += 1) {
    const { product, own, shown, told, revive } = await start();
    const { process, death } = dying(product, at, moment);
    const request = { ...own, credential, idempotency: THE_REQUEST };
    const ended = await Promise.race([addFederated(process, request), death]);
    if (ended === "died") kills += 1;

    await revive();

    // None that nobody was told of, none told that is not there, and no two.
    const left = await shown();
    expect(left.length).toBeLessThanOrEqual(1);
    const ids = told("federated-credential.created").map(({ data }) => data["credentialId"]);
    expect(new Set(ids)).toEqual(new Set(left.map(({ id }) => id)));
    // Asked for again under its key it is the same one, or is made now.
    const again = await addFederated(product, request);
    expect(again).toMatchObject({ ok: true, value: credential });
    expect(await shown()).toHaveLength(1);
    if (ended !== "died") break;
  }
  expect(kills).toBeGreaterThan(5);
});

test.each(MOMENTS)("ending a trust that dies %s any of its calls", async (moment) => {
  let kills = 0;
  for (let at = 1; at <= MOST_CALLS; at += 1) {
    const { product, own, shown, told, revive } = await start();
    const made = await addFederated(product, { ...own, credential });
    const credentialId = made.ok ? made.value.id : "";
    const { process, death } = dying(product, at, moment);
    const ended = await Promise.race([removeFederated(process, { ...own, credentialId }), death]);
    if (ended === "died") kills += 1;

    await revive();

    const isTold = told("federated-credential.removed").length > 0;
    expect(await shown()).toHaveLength(isTold ? 0 : 1);
    // What was not begun is asked for again.
    if (!isTold)
      expect(await removeFederated(product, { ...own, credentialId })).toMatchObject({ ok: true });
    expect(await shown()).toEqual([]);
    if (ended !== "died") break;
  }
  expect(kills).toBeGreaterThan(5);
});
