import { expect, test } from "vitest";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { retireSecret } from "../../../shared/operations/credentials/retire-secret.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { dying, type Moment, revive } from "../../support/dying.ts";
import { aClient, testProduct } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
async function world() {
  const product = testProduct();
  const client = await aClient(product);
  const own = { subscription: "contoso", by: ANN, clientId: client.id };
  const made = await addSecret(product, { ...own, displayName: "Old", lifetimeDays: 30 });
  const old = made.ok ? made.value.keyId : "";
  const found = await product.records.client("contoso", client.id);
  const consent = found && { ...found.record.consent, state: "granted" as const };
  if (found && consent) await product.records.save({ ...found.record, consent }, found.version);
  const inDirectory = async () =>
    ((await product.directory.secretsOf(client.id, client)) ?? []).map(({ keyId }) => keyId);
  const onRecord = async () =>
    (await product.secrets.secretsOf("contoso", client.id)).map(({ record }) => record);
  return { product, client, own, old, inDirectory, onRecord };
}

const MOMENTS: readonly Moment[] = ["before", "after"];
const MOST_CALLS = 40;

test.each(MOMENTS.flatMap((moment) => [24, 0].map((graceHours) => [graceHours, moment] as const)))(
  "a rotation with %i hours of grace that dies %s any of its calls",
  async (graceHours, moment) => {
    let kills = 0;
    for (let at = 1; at <= MOST_CALLS; at += 1) {
      const { product, own, old, inDirectory, onRecord } = await world();
      const { process, death } = dying(product, at, moment);
      const request = { ...own, keyId: old, lifetimeDays: 90, graceHours };
      const ended = await Promise.race([rotateSecret(process, request), death]);
      const answer = ended === "died" ? undefined : ended;
      if (answer === undefined) kills += 1;

      await revive(product);

      const [shown, records] = [await inDirectory(), await onRecord()];
      // The records say what the directory has, whatever became of it.
      expect(records.map(({ keyId }) => keyId).toSorted()).toEqual(shown.toSorted());
      const isEnded = product.events.published.some(({ type }) => type === "secret.rotated");
      const others = shown.filter((keyId) => keyId !== old);
      const retiring = records.find(({ keyId }) => keyId === old)?.retiresAt;
      // A new secret is there with the end of the rotation alone, and then the old one goes; else nothing has changed.
      if (others.length > 0) expect(isEnded).toBe(true);
      if (graceHours > 0) {
        expect(shown).toContain(old);
        expect(retiring !== undefined).toBe(others.length > 0);
      }
      product.runtime.pass(2 * DAY_MS);
      await retireSecret(product, { ...own, keyId: old });
      const after = await inDirectory();
      if (others.length > 0) expect(after).toEqual(others);
      else expect(after).toEqual(shown);
      if (answer) break;
    }
    expect(kills).toBeGreaterThan(8);
  },
);

test.each(MOMENTS)("a retirement that dies %s any of its calls", async (moment) => {
  let kills = 0;
  for (let at = 1; at <= MOST_CALLS; at += 1) {
    const { product, own, old, inDirectory, onRecord } = await world();
    const rotated = await rotateSecret(product, {
      ...own,
      keyId: old,
      lifetimeDays: 9,
      graceHours: 24,
    });
    const next = rotated.ok ? rotated.value.keyId : "";
    product.runtime.pass(DAY_MS);
    const { process, death } = dying(product, at, moment);
    const ended = await Promise.race([retireSecret(process, { ...own, keyId: old }), death]);
    if (ended === "died") kills += 1;

    await revive(product);
    // What is due that day, or a message, comes again.
    await retireSecret(product, { ...own, keyId: old });

    expect(await inDirectory()).toEqual([next]);
    expect((await onRecord()).map(({ keyId }) => keyId)).toEqual([next]);
    const told = product.events.published.filter(({ type }) => type === "secret.retired");
    expect(told).toHaveLength(1);
    if (ended !== "died") break;
  }
  expect(kills).toBeGreaterThan(5);
});
