import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { type Answer, DirectoryRefused } from "../../../shared/clients/ports.ts";
import { eventKinds } from "../../../shared/events/event-data.ts";
import type { Operation } from "../../../shared/operations/admission/operation.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { giveUpParked, retryParked } from "../../../shared/operations/settling/parked.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { collect } from "../../support/collect.ts";
import { failure } from "../../support/failure.ts";
import { abandoned } from "../../support/product.ts";
import { ANN, later, newId, OLGA } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const activity = async () => {
  const { entries } = await activityRecords(world.clientsTable).activity("contoso", {}, 1000);
  return entries;
};
/** All but the entry of the client that every test begins with. */
const since = async () =>
  (await activity()).filter(({ id }) => !id.startsWith(world.client.operationId));
const aRename = (): Operation => ({
  kind: "rename",
  clientId: world.client.id,
  displayName: "New",
});
const create = () => world.create({ roles: ["api.read", "api.write"] });

describe("every change leaves one entry, by whom it was asked for:", () => {
  test("a create", async () => {
    const created = await create();

    expect(await since()).toEqual([
      {
        id: expect.stringMatching(/:client\.created$/),
        at: world.runtime.now(),
        by: ANN,
        action: "client.created",
        subscription: "contoso",
        clientId: created.ok && created.value.id,
        outcome: "done",
        detail: { displayName: "Another", roles: "api.read api.write" },
      },
    ]);
  });

  test("secrets added and removed, a rename, a delete", async () => {
    const added = await addSecret(world, {
      ...world.own,
      displayName: "Production",
      lifetimeDays: 30,
    });
    if (!added.ok) throw new Error(added.refusal.reason);
    const { keyId, expiresAt } = added.value;
    world.runtime.pass(1);
    await world.rename("New");
    world.runtime.pass(1);
    await world.remove(keyId);
    world.runtime.pass(1);
    await world.delete();

    const about = { by: ANN, subscription: "contoso", clientId: world.client.id, outcome: "done" };
    expect(await since()).toMatchObject([
      { ...about, action: "client.deleted" },
      { ...about, action: "secret.removed", credentialId: keyId },
      { ...about, action: "client.renamed", detail: { displayName: "New" } },
      {
        ...about,
        action: "secret.created",
        credentialId: keyId,
        detail: { displayName: "Production", expiresAt: expiresAt.toISOString() },
      },
    ]);
    expect(JSON.stringify(await activity())).not.toContain(added.value.secretText);
  });

  const refused: Answer<never> = {
    kind: "refused",
    refusal: { reason: "name-not-allowed" },
  };
  test.each([
    ["create", create],
    ["rename", () => world.rename("New")],
  ] as const)("a %s that the directory refuses, with its reason", async (method, ask) => {
    world.directory.answerNext(method, refused);

    expect((await ask()).ok).toBe(false);

    expect(await since()).toMatchObject([
      { by: ANN, outcome: "refused", detail: { reason: "name-not-allowed" } },
    ]);
  });

  test("what the directory could not do then", async () => {
    world.directory.answerNext("rename", {
      kind: "not-now",
      retryAfterSeconds: 1,
      throttled: true,
    });

    await failure(world.rename("New"));

    expect(await since()).toMatchObject([{ action: "client.renamed", outcome: "unavailable" }]);
  });

  test("under way there is none yet, nor of what was not admitted", async () => {
    await abandoned(world, aRename());
    await failure(
      renameClient(
        { ...world, settle: async () => undefined },
        {
          ...world.own,
          displayName: "Other",
        },
      ).then((answer) => {
        if (!answer.ok) throw new Error(answer.refusal.reason);
      }),
    );

    expect(await since()).toEqual([]);
  });
});

describe("whoever settles an abandoned change leaves the entry of who asked for it:", () => {
  test("finished", async () => {
    const held = await abandoned(world, aRename());

    expect(await world.settle(held)).toBe("finished");

    expect(await since()).toMatchObject([
      {
        id: `${held.entry.operationId}:client.renamed`,
        at: world.runtime.now(),
        by: ANN,
        outcome: "done",
        detail: { displayName: "New", endedBy: "service" },
      },
    ]);
  });

  test("a secret whose value reached nobody, taken back", async () => {
    const createdAt = world.runtime.now();
    const expiresAt = later(1000, createdAt);
    const secret = { displayName: "Lost", createdAt, expiresAt };
    const made = await world.directory.addSecret(world.client.id, secret, world.client);
    if (made.kind !== "done") throw new Error(made.kind);
    const held = await abandoned(world, {
      kind: "add-secret",
      clientId: world.client.id,
      displayName: "Lost",
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    });

    expect(await world.settle(held)).toBe("undone");

    expect(await since()).toMatchObject([
      { action: "secret.created", outcome: "undone", credentialId: made.value.keyId, by: ANN },
    ]);
  });

  test("a create that came to nothing", async () => {
    const held = await abandoned(
      world,
      { kind: "create", displayName: "New", roles: ["api.read"], requestedBy: "Ann" },
      { turn: 1 },
    );

    expect(await world.settle(held)).toBe("undone");

    const [entry] = await since();
    expect(entry).toMatchObject({ action: "client.created", outcome: "undone", by: ANN });
    expect(entry).not.toHaveProperty("clientId");
  });

  test("what is refused by then, with its reason", async () => {
    const held = await abandoned(world, aRename(), { turn: 1 });
    world.directory.answerNext("rename", {
      kind: "refused",
      refusal: { reason: "name-not-allowed" },
    });

    expect(await world.settle(held)).toBe("undone");

    expect(await since()).toMatchObject([
      { action: "client.renamed", outcome: "undone", detail: { reason: "name-not-allowed" } },
    ]);
  });

  test("once, though two settle it and the first worker comes back", async () => {
    const held = await abandoned(world, aRename());

    await Promise.allSettled([world.settle(held), world.settle(held)]);
    await world.settle(held);

    expect(await since()).toHaveLength(1);
  });

  test("once, though the answer to its end is lost and it is ended again", async () => {
    world.clientsTable.nextTransact((perform) => perform());
    world.clientsTable.nextTransact(async (perform) => {
      await perform();
      throw new RemoteUnavailable("records", { executed: "unknown" });
    });

    await failure(world.rename("New"));
    world.runtime.pass(600_000);
    await world.rename("New");

    expect(await since()).toMatchObject([
      { action: "client.renamed", outcome: "done" },
      { action: "client.renamed", outcome: "done" },
    ]);
  });
});

describe("an operation that nobody could end", () => {
  async function parked() {
    const held = await abandoned(
      world,
      { kind: "create", displayName: "New", roles: ["api.read"], requestedBy: "Ann" },
      { turn: 1 },
    );
    world.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));
    expect(await world.settle(held)).toBe("parked");
    world.runtime.pass(1);
    return held.entry.operationId;
  }

  test("is set aside by the service, and tried again by an operator", async () => {
    const operationId = await parked();

    const retried = await retryParked(world, operationId, OLGA);
    world.runtime.pass(1);

    expect(retried).toMatchObject({ value: "undone" });
    const detail = { operationId, kind: "create" };
    expect((await since()).toReversed()).toMatchObject([
      {
        action: "operation.parked",
        by: { actor: { kind: "service" } },
        detail: { ...detail, reason: "not-ours" },
      },
      { action: "operation.retried", by: OLGA, outcome: "done", detail },
      { action: "client.created", by: ANN, outcome: "undone" },
    ]);
  });

  test("is given up by an operator: by that operator, and as what it was", async () => {
    const operationId = await parked();

    await giveUpParked(world, operationId, OLGA);

    expect((await since()).slice(0, 2)).toMatchObject([
      { action: "client.created", by: ANN, outcome: "given-up" },
      { action: "operation.given-up", by: OLGA, outcome: "done", detail: { operationId } },
    ]);
  });

  test("of a client is told of as what it is on record as, with the bus away as well", async () => {
    const held = await abandoned(world, aRename(), { turn: 299 });
    world.directory.answerNext("rename", { kind: "unknown", retryAfterSeconds: 1 });
    expect(await world.settle(held)).toBe("parked");
    const away = async () => {
      throw new RemoteUnavailable("bus", { executed: "no" });
    };
    const { operationId } = held.entry;
    const busless = { ...world, events: { ...world.events, publish: away } };
    await giveUpParked(busless, operationId, OLGA);

    const asides = (await since()).filter(({ action }) => action.startsWith("operation."));
    const untold = await collect(world.journal.untoldEvents());
    const told = [...world.events.published, ...untold.map(({ what }) => what)].filter(({ type }) =>
      type.startsWith("operation."),
    );
    expect(told.map(({ id, type }) => [id, type]).toSorted()).toEqual(
      asides.map(({ id, action }) => [id, action]).toSorted(),
    );
    for (const { type, clientId, subscription, data } of told) {
      expect({ type, clientId, subscription }).toMatchObject({ clientId: world.client.id });
      expect(eventKinds[type].data.parse(data)).toMatchObject({ operationId, kind: "rename" });
    }
    expect(told).toHaveLength(2);
  });

  test("that is there no more leaves nothing of the operator's", async () => {
    await giveUpParked(world, newId(), OLGA);
    await retryParked(world, newId(), OLGA);

    expect(await since()).toEqual([]);
  });
});
