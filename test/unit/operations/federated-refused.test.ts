import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { DirectoryRefusal } from "../../../shared/clients/ports.ts";
import type { IdempotentRequest } from "../../../shared/operations/admission/key.ts";
import { addFederated } from "../../../shared/operations/credentials/add-federated.ts";
import { removeFederated } from "../../../shared/operations/credentials/remove-federated.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, underWay } from "../../support/product.ts";
import { newId, TRUST } from "../../support/samples.ts";

/** What becomes of trusting another issuer, and of ending that, whatever the directory answers. */

const OTHER = { ...TRUST, displayName: "other", subject: "repo:octo-org/octo-repo:pull_request" };

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const add = (credential = TRUST, idempotency?: IdempotentRequest) =>
  addFederated(world, { ...world.own, credential, ...(idempotency && { idempotency }) });
async function added(credential = TRUST): Promise<string> {
  const answer = await add(credential);
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return answer.value.id;
}
const remove = (credentialId: string) => removeFederated(world, { ...world.own, credentialId });
const shown = async () =>
  ((await world.directory.federatedOf(world.client.id, world.client)) ?? []).map(({ id }) => id);
const refuse = (change: "addFederated" | "removeFederated", refusal: DirectoryRefusal) =>
  world.directory.answerNext(change, { kind: "refused", refusal });
const checks = () => world.checks.waiting.filter(({ body }) => body.type === "operation.check");
const lastEntry = async () =>
  (await activityRecords(world.clientsTable).activity("contoso", {}, 1)).entries[0];
const abandonRemoval = (credentialId: string) =>
  abandoned(world, { kind: "remove-federated", clientId: world.client.id, credentialId });

test("nothing looks after either any more once it is done", async () => {
  const id = await added();
  expect(checks()).toEqual([]);

  expect(await remove(id)).toMatchObject({ ok: true });
  expect(checks()).toEqual([]);
});

test.each([
  ["has made before has happened", true, ["finished"]],
  ["has not made has not", false, ["waiting", "undone"]],
  [
    "has made before, as a replica that is late does not show, has happened",
    "late",
    ["waiting", "finished"],
  ],
] as const)(
  "an abandoned trust that the directory refuses by now, and %s",
  async (_, isMade, came) => {
    const { displayName, issuer, subject, audience } = TRUST;
    const trust = { displayName, issuer, subject, audience };
    const clientId = world.client.id;
    const held = await abandoned(world, { kind: "add-federated", clientId, ...trust });
    const { operationId, startedAt: createdAt } = held.entry;
    if (isMade)
      await world.directory.addFederated(
        clientId,
        { ...trust, operationId, createdAt },
        world.client,
      );
    refuse("addFederated", { reason: "not-ours" });
    refuse("addFederated", { reason: "not-ours" });
    const { federatedOf } = world.directory;
    if (isMade === "late") world.directory.federatedOf = async () => [];

    expect(await world.settle(held)).toBe(came[0]);
    world.directory.federatedOf = federatedOf;
    if (came[1]) expect(await world.settleAgain()).toBe(came[1]);
    expect(world.told()).toEqual(isMade ? ["federated-credential.created"] : []);
  },
);

describe("what the directory refuses is refused as that, and nothing is told of it:", () => {
  const refusals: [DirectoryRefusal, string][] = [
    [{ reason: "absent" }, "not-found"],
    [{ reason: "not-ours" }, "client-not-managed"],
    [{ reason: "forbidden-by-policy", policy: "type" }, "forbidden-by-policy"],
  ];

  test.each(refusals)("a new trust (%o)", async (refusal, reason) => {
    refuse("addFederated", refusal);

    expect(await add(TRUST, THE_REQUEST)).toEqual({ ok: false, refusal: { reason } });

    expect(await world.key()).toBeUndefined();
    expect(world.told()).toEqual([]);
    expect(await underWay(world)).toEqual([]);
  });

  test.each(refusals)("the end of one (%o)", async (refusal, reason) => {
    const id = await added();
    refuse("removeFederated", refusal);

    expect(await remove(id)).toEqual({ ok: false, refusal: { reason } });

    expect(await shown()).toEqual([id]);
    expect(world.told()).toEqual(["federated-credential.created"]);
    expect(await underWay(world)).toEqual([]);
  });
});

test("the last credential of a client that has its consent stays unless the caller says otherwise", async () => {
  const id = await added();
  await world.grant();

  expect(await remove(id)).toEqual({ ok: false, refusal: { reason: "last-secret" } });
  expect(await shown()).toEqual([id]);
});

describe("asked for again under its key", () => {
  test("a trust is the one that the key has made, whatever else the client trusts", async () => {
    await added(OTHER);
    const first = await add(TRUST, THE_REQUEST);

    expect(await add(TRUST, THE_REQUEST)).toEqual({ ...first, replayed: true });
  });

  test("a trust of a client that the directory does not show any more is not there", async () => {
    await add(TRUST, THE_REQUEST);
    await world.directory.delete(world.client.id, world.client);

    expect(await add(TRUST, THE_REQUEST)).toEqual({
      ok: false,
      refusal: { reason: "federated-not-found" },
    });
  });
});

describe("an abandoned one", () => {
  test("that is refused for good has not happened, and its reason is on record", async () => {
    const add = { kind: "add-federated", clientId: world.client.id, ...TRUST } as const;
    const held = await abandoned(world, add, { turn: 1 });
    refuse("addFederated", { reason: "not-ours" });

    expect(await world.settle(held)).toBe("undone");

    expect(await lastEntry()).toMatchObject({
      ...{ action: "federated-credential.created", outcome: "undone" },
      detail: { reason: "not-ours" },
    });
    expect(world.told()).toEqual([]);
  });

  test("that ends a trust has it ended at once, and told", async () => {
    const id = await added();

    expect(await world.settle(await abandonRemoval(id))).toBe("finished");

    expect(await shown()).toEqual([]);
    expect(world.told().at(-1)).toBe("federated-credential.removed");
    expect(await lastEntry()).toMatchObject({ credentialId: id, outcome: "done" });
  });

  test("that may not end a trust has not happened, and its reason is on record", async () => {
    const id = await added();
    const held = await abandonRemoval(id);
    refuse("removeFederated", { reason: "not-ours" });

    expect(await world.settle(held)).toBe("undone");

    expect(await shown()).toEqual([id]);
    expect(world.told()).toEqual(["federated-credential.created"]);
    expect(await lastEntry()).toMatchObject({
      ...{ action: "federated-credential.removed", outcome: "undone" },
      detail: { reason: "not-ours" },
    });
  });

  test("that has ended a trust, and is refused by now, has ended it once a list would show it", async () => {
    const id = await added();
    const held = await abandonRemoval(id);
    await world.directory.removeFederated(world.client.id, id, world.client);
    refuse("removeFederated", { reason: "not-ours" });
    refuse("removeFederated", { reason: "not-ours" });

    expect(await world.settle(held)).toBe("waiting");
    expect(await world.settleAgain()).toBe("finished");

    expect(world.told().at(-1)).toBe("federated-credential.removed");
    expect(await lastEntry()).toMatchObject({ credentialId: id, outcome: "done" });
  });

  test.each(["not-now", "unknown"] as const)(
    "that ends a trust is not said to have ended it while the directory answers %s",
    async (kind) => {
      const id = await added();
      const held = await abandonRemoval(id);
      world.directory.answerNext("removeFederated", {
        ...{ kind, retryAfterSeconds: 5, throttled: false },
      });

      expect(await failure(world.settle(held))).toBeInstanceOf(RemoteUnavailable);

      expect(await underWay(world)).toMatchObject([{ turn: 1 }]);
      expect(world.told()).toEqual(["federated-credential.created"]);
      expect(await world.settleAgain()).toBe("finished");
      expect(await shown()).toEqual([]);
    },
  );

  test("that ends a trust nobody has is believed to have done so the second time", async () => {
    const held = await abandonRemoval(newId());

    expect(await world.settle(held)).toBe("waiting");
    expect(await world.settleAgain()).toBe("finished");
    expect(world.told()).toEqual(["federated-credential.removed"]);
  });
});
