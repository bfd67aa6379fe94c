import { beforeEach, describe, expect, test } from "vitest";
import { retirementOf } from "../../../shared/clients/known-secrets.ts";
import { addFederated } from "../../../shared/operations/credentials/add-federated.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { listParked } from "../../../shared/operations/settling/parked.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { underWay } from "../../support/product.ts";
import { TRUST } from "../../support/samples.ts";
import { setAside as setItAside } from "../../support/set-aside.ts";

/**
 * The removal of a credential that was set aside, and is tried again when it has come to be the last one of a client that has its
 * consent: what was there beside it has gone meanwhile.
 */

const DAY_MS = 86_400_000;
const UNDONE = { ok: true, value: "undone" };
const FINISHED = { ok: true, value: "finished" };

let world: ClientWorld;
let old: string;
beforeEach(async () => {
  world = await clientWorld();
  ({ keyId: old } = await world.added({ displayName: "Old" }));
});

const setAside = (operation: Parameters<typeof setItAside>[1], step: Step = "removeSecret") =>
  setItAside(world, operation, step);
type Step = Parameters<typeof setItAside>[2];

const removeEvenLast = async (keyId: string) =>
  expect(await removeSecret(world, { ...world.own, keyId, evenLast: true })).toMatchObject({
    ok: true,
  });

describe("a retirement", () => {
  let made: string;
  let retry: Awaited<ReturnType<typeof setAside>>;
  beforeEach(async () => {
    const rotation = { ...world.own, keyId: old, lifetimeDays: 90, graceHours: 24 };
    const rotated = await rotateSecret(world, rotation);
    if (!rotated.ok) throw new Error(rotated.refusal.reason);
    made = rotated.value.keyId;
    await world.grant();
    world.runtime.pass(DAY_MS);
    retry = await setAside({ kind: "retire-secret", clientId: world.client.id, keyId: old });
  });

  test("leaves the last one, which stays from now on: on record, and told", async () => {
    await removeEvenLast(made);

    expect(await retry()).toEqual(UNDONE);

    expect(await world.inDirectory()).toEqual([old]);
    const [secret] = await world.onRecord();
    expect(secret).toMatchObject({ keyId: old });
    expect(secret?.retiresAt).toBeUndefined();
    const client = await world.record();
    expect(client && retirementOf(client, old)).toBeUndefined();
    expect(world.told().at(-1)).toBe("secret.rescheduled");
    expect([await underWay(world), await listParked(world)]).toEqual([[], []]);
  });

  test("is made where there is another one still", async () => {
    expect(await retry()).toEqual(FINISHED);
    expect(await world.inDirectory()).toEqual([made]);
  });

  test("that the directory refuses still is the operators' still", async () => {
    const refusal = { reason: "not-ours" } as const;
    world.directory.answerNext("removeSecret", { kind: "refused", refusal });

    expect(await retry()).toEqual({ ok: true, value: "parked" });

    expect(await listParked(world)).toMatchObject([{ reason: "not-ours" }]);
    expect(await retry()).toEqual(FINISHED);
  });
});

test("a retirement whose client has gone meanwhile is nobody's any more", async () => {
  const rotation = { ...world.own, keyId: old, lifetimeDays: 90, graceHours: 24 };
  await rotateSecret(world, rotation);
  world.runtime.pass(DAY_MS);
  const retry = await setAside({
    ...({ kind: "retire-secret", clientId: world.client.id, keyId: old } as const),
  });
  await world.delete();

  expect(await retry()).toEqual(UNDONE);

  expect(await listParked(world)).toEqual([]);
});

describe("what a customer has asked to remove", () => {
  test.each([
    [undefined, UNDONE],
    [true, FINISHED],
  ])("goes as the last one only if they knew (%s)", async (evenLast, came) => {
    const { keyId: other } = await world.added({ displayName: "Other" });
    await world.grant();
    const retry = await setAside({
      ...({ kind: "remove-secret", clientId: world.client.id, keyId: old } as const),
      ...(evenLast && { evenLast }),
    });
    await removeEvenLast(other);

    expect(await retry()).toEqual(came);

    expect(await world.inDirectory()).toEqual(evenLast ? [] : [old]);
  });

  test.each([undefined, true])("is said with the removal (%s)", async (evenLast) => {
    world.directory.answerNext("removeSecret", { kind: "unknown", retryAfterSeconds: 1 });
    await removeSecret(world, { ...world.own, keyId: old, ...(evenLast && { evenLast }) }).catch(
      () => undefined,
    );

    const [left] = await underWay(world);
    expect(left?.operation).toMatchObject({ kind: "remove-secret", keyId: old });
    expect("evenLast" in (left?.operation ?? {})).toBe(evenLast === true);
  });

  test.each([
    [undefined, UNDONE],
    [true, FINISHED],
  ])("goes as the last trust only if they knew (%s)", async (evenLast, came) => {
    const trusted = await addFederated(world, { ...world.own, credential: TRUST });
    if (!trusted.ok) throw new Error(trusted.refusal.reason);
    await world.grant();
    const { id: credentialId } = trusted.value;
    const removal = {
      ...({ kind: "remove-federated", clientId: world.client.id, credentialId } as const),
      ...(evenLast && { evenLast }),
    };
    const retry = await setAside(removal, "removeFederated");
    await removeEvenLast(old);

    expect(await retry()).toEqual(came);

    const shown = await world.directory.federatedOf(world.client.id, world.client);
    expect(shown).toHaveLength(evenLast ? 0 : 1);
  });
});
