import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClientDirectory, DirectoryClient } from "../../../shared/clients/ports.ts";
import type { SecretToMake } from "../../../shared/clients/secret.ts";
import type { SecretDirectory } from "../../../shared/clients/secret-directory.ts";
import { newId } from "../../support/samples.ts";
import { ABSENT, DONE, doneOrFail } from "./answers.ts";
import { directoryTargets } from "./targets.ts";

/** Old enough for "not there" to be believed at once. */
const LONG_AGO = { createdAt: new Date(0) };

describe.each(directoryTargets)("Clients in the directory $name", ({ open }) => {
  let directory: ClientDirectory & SecretDirectory;
  const made: DirectoryClient[] = [];
  beforeAll(async () => {
    ({ directory } = await open());
  });
  afterAll(async () => {
    for (const { id } of made.splice(0)) await directory.delete(id, LONG_AGO);
  });

  async function create(displayName = "A client", operationId = newId(), secret?: SecretToMake) {
    const created = doneOrFail(
      await directory.create({
        operationId,
        subscription: "contract tests",
        displayName,
        roles: ["api.read"],
        secret,
      }),
    );
    made.push(created);
    return created;
  }

  test("a client is made with its name, two ids and no secret", async () => {
    const created = await create("Ünïcode ✓ O'Neill & sons");

    expect(created).toMatchObject({ displayName: "Ünïcode ✓ O'Neill & sons", secrets: [] });
    expect(created.appId).not.toBe(created.id);
    expect(await directory.get(created.id, created)).toEqual(created);
  });

  test("a client is made with a secret, whose value is in the answer alone", async () => {
    const createdAt = new Date(Math.floor(Date.now() / 1000) * 1000);
    const expiresAt = new Date(createdAt.getTime() + 30 * 86_400_000);
    const secret = { displayName: "From the start", createdAt, expiresAt };
    const { firstSecret, ...created } = await create("A client", newId(), secret);

    expect(firstSecret?.secretText).toMatch(/^.{16,}$/);
    expect(firstSecret).toMatchObject({
      ...secret,
      hint: firstSecret?.secretText.slice(0, 3),
    });
    const { secretText: _, ...shown } = firstSecret ?? { secretText: "" };
    expect(created.secrets).toEqual([shown]);
    expect(await directory.get(created.id, created)).toEqual(created);
  });

  test("the operation that made a client finds it again", async () => {
    const operationId = newId();
    const created = await create("A client", operationId);

    expect(await directory.findByOperation(operationId)).toEqual(created);
    expect(await directory.findByOperation(newId())).toBeUndefined();
  });

  test("a client's tags say whose it is, by its client id", async () => {
    const { id, appId, createdAt } = await create();

    expect(await directory.locate(appId)).toEqual({
      clientId: id,
      subscriptionKey: "contract_20tests",
    });
    expect(await directory.locate(newId())).toBeUndefined();
    await directory.delete(id, { createdAt });
    expect(await directory.locate(appId)).toBeUndefined();
  });

  test("many are read together, and those that are not there are missing", async () => {
    const ids = [(await create("First")).id, newId(), (await create("Second")).id];
    const unknown = Array.from({ length: 20 }, newId);

    const found = await directory.getMany([...ids, ...unknown]);

    const names = [...found].map(([id, { displayName }]) => [id, displayName]);
    expect(Object.fromEntries(names)).toEqual({ [`${ids[0]}`]: "First", [`${ids[2]}`]: "Second" });
  });

  test("nothing is read for no ids", async () => {
    expect((await directory.getMany([])).size).toBe(0);
  });

  test("a client can be renamed again and again", async () => {
    const { id, createdAt } = await create();

    const answers = [
      await directory.rename(id, "Renamed", { createdAt }),
      await directory.rename(id, "Renamed", { createdAt }),
    ];

    expect(answers).toEqual([DONE, DONE]);
    expect((await directory.get(id, { createdAt }))?.displayName).toBe("Renamed");
  });

  test("a client can be disabled and enabled, again and again, and keeps all else", async () => {
    const { id, createdAt, ...made } = await create();
    const shown = async () => (await directory.get(id, { createdAt }))?.disabled;

    expect(made.disabled).toBe(false);
    for (const disabled of [true, true, false, false]) {
      expect(await directory.setDisabled(id, disabled, { createdAt })).toEqual(DONE);
      expect(await shown()).toBe(disabled);
    }
    expect(await directory.get(id, { createdAt })).toEqual({ id, createdAt, ...made });
    expect((await directory.getMany([id])).get(id)?.disabled).toBe(false);
  });

  test("a deleted client is not there, and deleting it again says so", async () => {
    const { id, createdAt } = await create();

    const answers = [
      await directory.delete(id, { createdAt }),
      await directory.get(id, LONG_AGO),
      await directory.rename(id, "Renamed", LONG_AGO),
      await directory.setDisabled(id, true, LONG_AGO),
      await directory.delete(id, LONG_AGO),
    ];

    expect(answers).toEqual([DONE, undefined, ABSENT, ABSENT, ABSENT]);
  });

  test("a deleted client is back with its ids and its secrets, once, and knows whose it is", async () => {
    const { id, appId, createdAt } = await create("Gone and back");
    const expiresAt = new Date(createdAt.getTime() + 86_400_000);
    const secret = { displayName: "Kept", createdAt, expiresAt };
    const { keyId } = doneOrFail(await directory.addSecret(id, secret, { createdAt }));
    const lead = { clientId: id, subscriptionKey: "contract_20tests" };
    expect(await directory.locateDeleted(id)).toEqual(lead);
    expect(await directory.restore(id, LONG_AGO)).toEqual(ABSENT);
    await directory.delete(id, { createdAt });
    expect(await directory.locateDeleted(id)).toEqual(lead);

    const back = { id, appId, displayName: "Gone and back", secrets: [{ keyId }] };
    expect(doneOrFail(await directory.restore(id, LONG_AGO))).toMatchObject(back);

    expect(await directory.get(id, LONG_AGO)).toMatchObject(back);
    expect(await directory.restore(id, LONG_AGO)).toEqual(ABSENT);
  });

  test("what is purged is gone for good, and only what is deleted can be", async () => {
    const { id, createdAt } = await create();
    expect(await directory.purge(id, LONG_AGO)).toEqual(ABSENT);
    await directory.delete(id, { createdAt });

    const answers = [
      await directory.purge(id, LONG_AGO),
      await directory.purge(id, LONG_AGO),
      await directory.restore(id, LONG_AGO),
      await directory.locateDeleted(id),
    ];

    expect(answers).toEqual([DONE, ABSENT, ABSENT, undefined]);
  });

  test("an id that nobody has is not there", async () => {
    expect(await directory.get(newId(), LONG_AGO)).toBeUndefined();
  });
});
