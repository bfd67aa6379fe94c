import { expect, test } from "vitest";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { ANOTHER, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { dying, type Moment, revive } from "../../support/dying.ts";
import { placesOf, testProduct } from "../../support/product.ts";

const MOMENTS: readonly Moment[] = ["before", "after"];
const MOST_CALLS = 60;
const KEYS = ["one", "two", "three"];

async function start() {
  const product = testProduct();
  const world = await clientWorld(product);
  const recorded = async () => {
    const { records } = await product.records.list("contoso", 100);
    return records.map(({ id }) => id).toSorted();
  };
  return { product, world, recorded };
}

test.each(MOMENTS)(
  "a burst that is admitted together and dies %s any of its calls leaves each of its operations done or not begun",
  async (moment) => {
    let kills = 0;
    let together = 0;
    for (let at = 1; at <= MOST_CALLS; at += 1) {
      const { product, world, recorded } = await start();
      const { process, death } = dying(product, at, moment);
      const { admit } = product.operations;
      let most = 0;
      product.operations.admit = async (admissions) => {
        most = Math.max(most, admissions.length);
        return admit(admissions);
      };
      const create = (keyHash: string) => ({
        ...ANOTHER,
        idempotency: { ...THE_REQUEST, keyHash },
      });
      const turn = await process.line.enter("contoso");
      const burst = Promise.all([
        ...KEYS.map((key) => createClient(process, create(key))),
        renameClient(process, { ...world.own, displayName: "Renamed" }),
      ]);
      await new Promise((resolve) => setImmediate(resolve));
      turn.leave();
      const ended = await Promise.race([burst, death]);
      if (ended === "died") kills += 1;
      if (most === KEYS.length + 1) together += 1;

      await revive(product);

      // What is in the directory is on record and counted, each once.
      const inDirectory = product.directory.all().map(({ id }) => id);
      expect(await recorded()).toEqual(inDirectory.toSorted());
      expect(await placesOf(product)).toBe(inDirectory.length);
      const [client] = product.directory.all().filter(({ id }) => id === world.client.id);
      expect(client?.displayName).toBe((await world.record())?.displayName);
      // Asked for again under its key each is the client that it made, or makes it now.
      for (const key of KEYS)
        expect(await createClient(product, create(key))).toMatchObject({ ok: true });
      expect(product.directory.all()).toHaveLength(1 + KEYS.length);
      expect(await placesOf(product)).toBe(1 + KEYS.length);
      if (ended !== "died") break;
    }
    expect(kills).toBeGreaterThan(15);
    // Before that they had not come as far.
    expect(together).toBeGreaterThan(8);
  },
);
