import { beforeEach, describe, expect, test } from "vitest";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { life } from "../../doubles/mortal.ts";
import { type CareWorld, careWorld } from "../../support/care-world.ts";
import { RECONCILE_AFTER_MS, type TestProduct } from "../../support/product.ts";

let world: CareWorld;
let product: TestProduct;
let mail: CareWorld["mail"];
async function begin(process?: ReturnType<typeof life>) {
  world = await careWorld(process);
  ({ product, mail } = world);
}
beforeEach(() => begin());

const deps = () => world.deps();
const run = () => world.run();
const watches: CareWorld["watches"] = (...asked) => world.watches(...asked);
const aSecret: CareWorld["aSecret"] = (...asked) => world.aSecret(...asked);
const passDays = (days: number) => world.passDays(days);
const told = (type: string) => world.told(type);

const waiting = async (): Promise<number> => {
  let count = 0;
  for await (const _ of deps().letterBox.waiting()) count += 1;
  return count;
};

describe("a process that dies", () => {
  test.each(["before", "after"] as const)(
    "%s any of its calls loses no reminder, and doubles none but under the same id",
    async (when) => {
      let deaths = 0;
      for (let call = 1; ; call += 1) {
        const process = life();
        await begin(process);
        await watches("ann");
        await watches("bob", { of: EVERY_CLIENT });
        await aSecret(8, "One");
        await aSecret(1, "Two");
        passDays(1.01);

        process.diesAt(call, when);
        const calls = await run().then(
          () => process.calls(),
          () => process.calls(),
        );
        process.anew();
        if (calls < call) break;
        deaths += 1;
        for (let again = 0; again < 3; again += 1) {
          product.runtime.pass(RECONCILE_AFTER_MS + 1);
          await run();
        }

        const lines = mail.taken.flatMap(({ to, text }) =>
          [...text.matchAll(/secret “(\w+)”/g)].map(([, name]) => `${to} ${name}`),
        );
        expect(lines.toSorted(), `${when} call ${call}`).toEqual(
          ["ann", "bob"].flatMap((who) =>
            ["One", "Two"].map((it) => `${who}@contoso.example ${it}`),
          ),
        );
        expect(told("secret.expiring")).toHaveLength(1);
        expect(told("secret.expired")).toHaveLength(1);
        expect(await waiting()).toBe(0);
      }
      expect(deaths).toBeGreaterThan(20);
    },
  );
});
