import { beforeEach, describe, expect, test } from "vitest";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { type CareWorld, careWorld } from "../../support/care-world.ts";
import { aClient, RECONCILE_AFTER_MS } from "../../support/product.ts";

const HOUR_MS = 3_600_000;

let world: CareWorld;
beforeEach(async () => {
  world = await careWorld();
});

describe("a letter that has to wait", () => {
  test("leaves nothing behind of what came to be told meanwhile", async () => {
    const { product, mail } = world;
    await world.watches("ann", { of: EVERY_CLIENT });
    await world.aSecret(8, "First");
    product.runtime.pass(2 * HOUR_MS);
    await world.aSecret(8, "Second", await aClient(product));
    world.passDays(1);
    product.runtime.pass(-HOUR_MS);
    mail.away(true);
    expect(await world.run()).toMatchObject({ handled: 1, putOff: 1 });
    product.runtime.pass(2 * HOUR_MS);
    expect(await world.run()).toMatchObject({ handled: 1, putOff: 1 });
    mail.away(false);
    product.runtime.pass(HOUR_MS);
    expect(await world.run()).toMatchObject({ sent: 1 });
    expect(mail.taken.at(-1)?.text).not.toContain("“Second”");

    // The second could wait until the day after the first letter.
    world.passDays(1);
    await world.run();

    expect(mail.taken).toHaveLength(2);
    expect(mail.taken.at(-1)?.text).toContain("“Second”");
    product.runtime.pass(RECONCILE_AFTER_MS + 1);
    await world.run();
    expect(mail.taken).toHaveLength(2);
  });
});

describe("a secret that a hundred people watch", () => {
  test("is told of to each of them, once", async () => {
    const { product, mail } = world;
    for (let person = 0; person < 230; person += 1)
      await world.watches(`p${String(person).padStart(3, "0")}`, { of: EVERY_CLIENT });
    await world.aSecret(8);
    world.passDays(1.01);

    expect(await world.run()).toMatchObject({ handled: 1, failed: 0, sent: 230 });

    expect(new Set(mail.taken.map(({ to }) => to)).size).toBe(230);
    product.runtime.pass(RECONCILE_AFTER_MS + 1);
    await world.run();
    expect(mail.tries()).toBe(230);
  });
});
