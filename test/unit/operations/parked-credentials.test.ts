import { beforeEach, describe, expect, test } from "vitest";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { foundSecrets } from "../../../shared/adapters/records/found-secrets.ts";
import { parseReminders } from "../../../shared/care/reminders.ts";
import { snooze } from "../../../shared/care/snooze.ts";
import { addFederated } from "../../../shared/operations/credentials/add-federated.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { removeFederated } from "../../../shared/operations/credentials/remove-federated.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { giveUpParked } from "../../../shared/operations/settling/parked.ts";
import { setAside as park } from "../../../shared/operations/settling/settle.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned } from "../../support/product.ts";
import { aSecretRecord, later, newId, OLGA, TRUST } from "../../support/samples.ts";
import { setAsideForAWhile } from "../../support/set-aside.ts";

/** A change of a credential that was set aside is tried again when something newer has been asked for meanwhile, and done. */

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const UNDONE = { ok: true, value: "undone" };
const FINISHED = { ok: true, value: "finished" };
const DAY_MS = 86_400_000;

const setAside = (operation: Aside[1], step: Aside[2]) => setAsideForAWhile(world, operation, step);
type Aside = Parameters<typeof setAsideForAWhile>;

/** A rotation that was told of, and is undone: told of as well. */
async function rotatesInVain(keyId: string): Promise<void> {
  const { end } = world.operations;
  world.operations.end = async () => "lost";
  await failure(rotateSecret(world, { ...world.own, keyId, lifetimeDays: 90, graceHours: 24 }));
  world.operations.end = end;
  for (const held of await world.operations.allUnderWay("contoso"))
    expect(await world.settle(held)).toBe("undone");
}

/** What a follower who goes by the times of events knows of a secret. */
const lastSaid = (keyId: string) =>
  world.events.published
    .filter(({ data }) => data["keyId"] === keyId)
    .toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time))
    .at(-1);

test("a trust that its customer has ended is not made once more", async () => {
  const add = { kind: "add-federated", clientId: world.client.id, ...TRUST } as const;
  const retry = await setAside(add, "addFederated");
  const made = await addFederated(world, { ...world.own, credential: TRUST });
  if (!made.ok) throw new Error(made.refusal.reason);
  await removeFederated(world, { ...world.own, credentialId: made.value.id });

  expect(await retry()).toEqual(UNDONE);

  expect(await world.directory.federatedOf(world.client.id, world.client)).toEqual([]);
});

test("a trust is made where it is another that its customer has ended", async () => {
  const trusting = async (name: string) => {
    const credential = { ...TRUST, displayName: name, subject: `repo:octo-org/${name}` };
    const made = await addFederated(world, { ...world.own, credential });
    if (!made.ok) throw new Error(made.refusal.reason);
    return made.value.id;
  };
  const older = await trusting("older");
  const retry = await setAside(
    { kind: "add-federated", clientId: world.client.id, ...TRUST },
    "addFederated",
  );
  for (const credentialId of [older, await trusting("newer")])
    await removeFederated(world, { ...world.own, credentialId });

  expect(await retry()).toEqual(FINISHED);

  expect(await world.directory.federatedOf(world.client.id, world.client)).toMatchObject([TRUST]);
});

test("a trust that nobody has on record counts as what was made, where its customer has ended it", async () => {
  const add = { kind: "add-federated", clientId: world.client.id, ...TRUST } as const;
  const retry = await setAside(add, "addFederated");
  const asked = { ...TRUST, operationId: newId(), createdAt: world.runtime.now() };
  const made = await world.directory.addFederated(world.client.id, asked, world.client);
  if (made.kind !== "done") throw new Error(made.kind);
  await removeFederated(world, { ...world.own, credentialId: made.value.id });

  expect(await retry()).toEqual(UNDONE);

  expect(await world.directory.federatedOf(world.client.id, world.client)).toEqual([]);
});

describe("the removal of a secret", () => {
  const removal = async (asWritten: (keyId: string) => string = String) => {
    const { keyId } = await world.added();
    const operation = { kind: "remove-secret", clientId: world.client.id } as const;
    const retry = await setAside({ ...operation, keyId: asWritten(keyId) }, "removeSecret");
    return { keyId, retry };
  };

  test("leaves one alone that its customer has replaced since, and whose grace is not over", async () => {
    const { keyId, retry } = await removal((id) => id.toUpperCase());
    const request = { ...world.own, keyId, lifetimeDays: 90, graceHours: 24 };
    const rotated = await rotateSecret(world, request);
    const made = rotated.ok ? rotated.value.keyId : "";

    expect(await retry()).toEqual(UNDONE);

    expect(await world.inDirectory()).toEqual([keyId, made]);
  });

  test("or of which they have said since when it goes", async () => {
    const { keyId, retry } = await removal();
    const retiresAt = later(DAY_MS, world.runtime.now());
    await moveRetirement(world, { ...world.own, keyId, retiresAt });

    expect(await retry()).toEqual(UNDONE);

    expect(await world.inDirectory()).toEqual([keyId]);
  });

  test("is told of after a rotation since that came to nothing", async () => {
    const { keyId, retry } = await removal();
    await rotatesInVain(keyId);

    expect(await retry()).toEqual(FINISHED);

    expect(lastSaid(keyId)).toMatchObject({ type: "secret.removed" });
  });

  test("is made where that was another", async () => {
    const { retry } = await removal();
    const other = await world.added({ displayName: "Another" });
    const retiresAt = later(DAY_MS, world.runtime.now());
    await moveRetirement(world, { ...world.own, keyId: other.keyId, retiresAt });

    expect(await retry()).toEqual(FINISHED);

    expect(await world.inDirectory()).toEqual([other.keyId]);
  });
});

describe("the end of a secret that was made in the directory", () => {
  const madeThere = async (displayName: string): Promise<string> => {
    const createdAt = world.runtime.now();
    const secret = { displayName, createdAt, expiresAt: later(90 * DAY_MS, createdAt) };
    const made = await world.directory.addSecret(world.client.id, secret, world.client);
    if (made.kind !== "done") throw new Error(made.kind);
    return made.value.keyId;
  };
  const move = async (keyId: string, days: number) => {
    const retiresAt = later(days * DAY_MS, world.runtime.now());
    expect(await moveRetirement(world, { ...world.own, keyId, retiresAt })).toMatchObject({
      ok: true,
    });
    return retiresAt;
  };
  const endOf = async (keyId: string) =>
    (await world.secrets.secret("contoso", world.client.id, keyId))?.record.retiresAt;
  const aside = (keyId: string, retiresAt: Date) => {
    const about = { kind: "move-retirement", clientId: world.client.id, keyId } as const;
    return setAside({ ...about, retiresAt: retiresAt.toISOString() }, "endingOf");
  };

  test("is not moved where its customer has moved it since", async () => {
    const keyId = await madeThere("There");
    const retry = await aside(keyId, later(DAY_MS, world.runtime.now()));
    const newer = await move(keyId, 30);

    expect(await retry()).toEqual(UNDONE);

    expect(await endOf(keyId)).toEqual(newer);
  });

  test("is told of after a rotation since that came to nothing", async () => {
    const keyId = await madeThere("There");
    const retiresAt = later(DAY_MS, world.runtime.now());
    const retry = await aside(keyId, retiresAt);
    await rotatesInVain(keyId);

    expect(await retry()).toEqual(FINISHED);

    const data = { keyId, retiresAt: retiresAt.toISOString() };
    expect(lastSaid(keyId)).toMatchObject({ type: "secret.rescheduled", data });
  });

  test("is moved where they have moved another's", async () => {
    const [keyId, other] = [await madeThere("There"), await madeThere("Another")];
    const older = later(DAY_MS, world.runtime.now());
    const retry = await aside(keyId, older);
    await move(other, 30);

    expect(await retry()).toEqual(FINISHED);

    expect(await endOf(keyId)).toEqual(older);
  });

  test("is moved where they have said that nobody is to be reminded of it", async () => {
    const keyId = await madeThere("There");
    const older = later(DAY_MS, world.runtime.now());
    const retry = await aside(keyId, older);
    // A pass over the directory has come by.
    const record = { ...aSecretRecord({ ...world.own, keyId }), expiresAt: later(90 * DAY_MS) };
    await foundSecrets(world.clientsTable).settle("contoso", [{ now: "found", record }], []);
    const index = dueIndex(world.journalTable);
    const deps = { ...world, index, reminders: parseReminders("P30D") };
    const until = later(30 * DAY_MS, world.runtime.now());
    expect(await snooze(deps, { ...world.own, keyId, until })).toMatchObject({ ok: true });

    expect(await retry()).toEqual(FINISHED);

    expect(await endOf(keyId)).toEqual(older);
  });

  test("is told to be none after all, where its move was told, set aside and given up", async () => {
    const { keyId } = await world.added();
    const about = { kind: "move-retirement", clientId: world.client.id, keyId } as const;
    const moved = { ...about, retiresAt: later(DAY_MS, world.runtime.now()).toISOString() };
    const held = await abandoned(world, moved);
    const { end } = world.operations;
    world.operations.end = async () => "lost";
    await failure(world.settle(held));
    const [again] = await world.operations.allUnderWay("contoso");
    if (!again) return expect.unreachable();
    await park(world, again, "unavailable");
    Object.assign(world.operations, { end });

    await giveUpParked(world, held.entry.operationId, OLGA);

    const told = world.events.published.filter(({ type }) => type === "secret.rescheduled");
    expect(told.map(({ data }) => data["retiresAt"])).toEqual([moved.retiresAt, undefined]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(2);
    expect(await endOf(keyId)).toBeUndefined();
  });
});
