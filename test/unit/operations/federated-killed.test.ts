import { expect, test } from "vitest";
import { addFederated } from "../../../shared/operations/credentials/add-federated.ts";
import { removeFederated } from "../../../shared/operations/credentials/remove-federated.ts";
import { clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { dying, type Moment, revive } from "../../support/dying.ts";
import { testProduct } from "../../support/product.ts";
import { TRUST } from "../../support/samples.ts";

const MOMENTS: readonly Moment[] = ["before", "after"];
const MOST_CALLS = 40;

async function start() {
  const product = testProduct();
  const world = await clientWorld(product);
  const shown = async () =>
    (await product.directory.federatedOf(world.client.id, world.client)) ?? [];
  const told = (type: string) => product.events.published.filter((event) => event.type === type);
  return { product, own: world.own, shown, told };
}

test.each(MOMENTS)("trusting an issuer that dies %s any of its calls", async (moment) => {
  let kills = 0;
  for (let at = 1; at <= MOST_CALLS; at += 1) {
    const { product, own, shown, told } = await start();
    const { process, death } = dying(product, at, moment);
    const request = { ...own, credential: TRUST, idempotency: THE_REQUEST };
    const ended = await Promise.race([addFederated(process, request), death]);
    if (ended === "died") kills += 1;

    await revive(product);

    // None that nobody was told of, none told that is not there, and no two.
    const left = await shown();
    expect(left.length).toBeLessThanOrEqual(1);
    const ids = told("federated-credential.created").map(({ data }) => data["credentialId"]);
    expect(new Set(ids)).toEqual(new Set(left.map(({ id }) => id)));
    // Asked for again under its key it is the same one, or is made now.
    const again = await addFederated(product, request);
    expect(again).toMatchObject({ ok: true, value: TRUST });
    expect(await shown()).toHaveLength(1);
    if (ended !== "died") break;
  }
  expect(kills).toBeGreaterThan(5);
});

test.each(MOMENTS)("ending a trust that dies %s any of its calls", async (moment) => {
  let kills = 0;
  for (let at = 1; at <= MOST_CALLS; at += 1) {
    const { product, own, shown, told } = await start();
    const made = await addFederated(product, { ...own, credential: TRUST });
    const credentialId = made.ok ? made.value.id : "";
    const { process, death } = dying(product, at, moment);
    const ended = await Promise.race([removeFederated(process, { ...own, credentialId }), death]);
    if (ended === "died") kills += 1;

    await revive(product);

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
