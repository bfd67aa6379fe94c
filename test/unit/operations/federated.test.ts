import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { MOST_FEDERATED } from "../../../shared/clients/federated/federated.ts";
import { suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { addFederated } from "../../../shared/operations/credentials/add-federated.ts";
import { removeFederated } from "../../../shared/operations/credentials/remove-federated.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { newId, TRUST } from "../../support/samples.ts";

const OTHER = { ...TRUST, displayName: "other", subject: "repo:octo-org/octo-repo:pull_request" };

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const add = (credential = TRUST, idempotency?: typeof THE_REQUEST) =>
  addFederated(world, { ...world.own, credential, ...(idempotency && { idempotency }) });
const added = async (credential = TRUST) => {
  const answer = await add(credential);
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return answer.value;
};
const remove = (credentialId: string) => removeFederated(world, { ...world.own, credentialId });
const shown = () => world.directory.federatedOf(world.client.id, world.client);
const entries = async () => {
  const records = activityRecords(world.clientsTable);
  return (await records.activity("contoso", {}, 1000)).entries;
};

describe("trusting another issuer", () => {
  test("is told, on record, and shown with when it was made", async () => {
    const credential = await added();

    expect(credential).toEqual({ id: credential.id, ...TRUST, createdAt: world.client.createdAt });
    expect(await shown()).toEqual([credential]);
    expect(world.events.published).toMatchObject([
      {
        type: "federated-credential.created",
        data: { credentialId: credential.id, kind: "federated", ...TRUST },
      },
    ]);
    expect(await underWay(world)).toEqual([]);
  });

  test.each([
    ["trust", { ...TRUST, displayName: "another-name" }],
    ["name", { ...OTHER, displayName: TRUST.displayName }],
  ] as const)("is refused with the one that has the %s", async (alike, credential) => {
    const first = await added();
    expect(await add(credential)).toEqual({
      ok: false,
      refusal: { reason: "federated-exists", alike, credential: first },
    });
    expect(await shown()).toEqual([first]);
    expect(await underWay(world)).toEqual([]);
  });

  test("is refused when as many are trusted as the directory takes", async () => {
    for (let n = 0; n < MOST_FEDERATED; n += 1)
      await added({ ...TRUST, displayName: `name-${n}`, subject: `s${n}` });
    expect(await add()).toMatchObject({
      ok: false,
      refusal: { reason: "federated-limit-reached", limit: MOST_FEDERATED },
    });
  });

  test("that the directory does not take for a reason of its own is refused as that", async () => {
    const unfit = { reason: "federated-unfit", beside: [] } as const;
    world.directory.answerNext("addFederated", { kind: "refused", refusal: unfit });
    expect(await add()).toEqual({ ok: false, refusal: { reason: "federated-not-allowed" } });
    expect(await underWay(world)).toEqual([]);
    expect(world.told()).toEqual([]);
  });

  test("is not for a client that is stopped, nor where none of this kind is wanted", async () => {
    const credentialRules = { ...world.credentialRules, setting: ["secret"] as const };
    const request = { ...world.own, credential: TRUST };
    expect(await addFederated({ ...world, credentialRules }, request)).toMatchObject({
      refusal: { reason: "credential-kind-not-allowed", kind: "federated", why: "setting" },
    });
    await suspendClient(world, { ...world.own, as: "customer", reason: "A leaked secret" });
    expect(await add()).toMatchObject({ refusal: { reason: "client-suspended" } });
    expect(await shown()).toEqual([]);
  });

  test("of a foreign client is as of one that does not exist, and the directory is not asked", async () => {
    const foreign = { ...world.own, subscription: "fabrikam", credential: TRUST };
    expect(await addFederated(world, foreign)).toEqual({
      ok: false,
      refusal: { reason: "not-found" },
    });
    expect(await shown()).toEqual([]);
  });
});

describe("asked for again under its key", () => {
  test("it is shown as it is by now, and made once", async () => {
    const first = await add(TRUST, THE_REQUEST);
    expect(await add(TRUST, THE_REQUEST)).toEqual({ ...first, replayed: true });
    expect(await shown()).toHaveLength(1);
    expect(world.told()).toHaveLength(1);
  });

  test("it is not made anew when it has been removed since", async () => {
    const first = await add(TRUST, THE_REQUEST);
    if (first.ok) await remove(first.value.id);
    expect(await add(TRUST, THE_REQUEST)).toEqual({
      ok: false,
      refusal: { reason: "federated-not-found" },
    });
    expect(await shown()).toEqual([]);
  });

  test("another one is refused", async () => {
    await add(TRUST, THE_REQUEST);
    const fingerprint = "another request";
    const again = { ...world.own, credential: OTHER, idempotency: { ...THE_REQUEST, fingerprint } };
    expect(await addFederated(world, again)).toMatchObject({
      refusal: { reason: "idempotency-key-reused" },
    });
  });
});

describe("a lost answer", () => {
  test.each([true, false])(
    "of a change that was made (%s) is finished, once",
    async (carriedOut) => {
      const lost = { kind: "unknown", retryAfterSeconds: 1 } as const;
      world.directory.answerNext("addFederated", lost, carriedOut);

      expect(await failure(add(TRUST, THE_REQUEST))).toBeInstanceOf(RemoteUnavailable);
      world.runtime.pass(RECONCILE_AFTER_MS);
      expect(await world.settleAgain()).toBe("finished");

      const [credential, ...more] = (await shown()) ?? [];
      expect(more).toEqual([]);
      expect(world.told()).toEqual(["federated-credential.created"]);
      expect(await add(TRUST, THE_REQUEST)).toEqual({
        ok: true,
        value: credential,
        replayed: true,
      });
    },
  );

  test("of a removal is finished too, and told once", async () => {
    const { id } = await added();
    world.directory.answerNext("removeFederated", { kind: "unknown", retryAfterSeconds: 1 }, true);

    expect(await failure(remove(id))).toBeInstanceOf(RemoteUnavailable);
    world.runtime.pass(RECONCILE_AFTER_MS);
    // "Not there" may be a late directory's.
    expect(await world.settleAgain()).toBe("waiting");
    expect(await world.settleAgain()).toBe("finished");
    expect(world.told()).toEqual(["federated-credential.created", "federated-credential.removed"]);
    expect(await shown()).toEqual([]);
  });
});

describe("an abandoned one", () => {
  const abandon = (credential = TRUST, keyHash?: string) =>
    abandoned(world, {
      kind: "add-federated",
      clientId: world.client.id,
      ...credential,
      ...(keyHash !== undefined && { keyHash }),
    });

  test("is made by whoever ends it, and its key answers with it", async () => {
    const held = await abandon(TRUST, THE_REQUEST.keyHash);
    expect(await world.settle(held)).toBe("finished");
    const [credential] = (await shown()) ?? [];
    expect(credential).toMatchObject(TRUST);
    expect(await add(TRUST, THE_REQUEST)).toEqual({ ok: true, value: credential, replayed: true });
  });

  test("that another one keeps out has not happened, and its key is free", async () => {
    await added();
    const held = await abandon(TRUST, THE_REQUEST.keyHash);
    expect(await world.settle(held)).toBe("undone");
    expect(world.told()).toEqual(["federated-credential.created"]);
    expect(await world.key()).toBeUndefined();
  });

  test("that is refused without a reason that can be seen is believed the second time", async () => {
    const held = await abandon();
    const unfit = { reason: "federated-unfit", beside: [] } as const;
    world.directory.answerNext("addFederated", { kind: "refused", refusal: unfit });
    world.directory.answerNext("addFederated", { kind: "refused", refusal: unfit });
    expect(await world.settle(held)).toBe("waiting");
    expect(await world.settleAgain()).toBe("undone");
    expect(world.told()).toEqual([]);
  });

  test.each(["addFederated", "removeFederated"] as const)(
    "of a client that has gone is undone (%s)",
    async (change) => {
      const clientId = world.client.id;
      const held =
        change === "addFederated"
          ? await abandon()
          : await abandoned(world, { kind: "remove-federated", clientId, credentialId: newId() });
      await world.directory.delete(clientId, world.client);
      expect(await world.settle(held)).toBe("waiting");
      expect(await world.settleAgain()).toBe("undone");
      expect(world.told()).toEqual([]);
    },
  );

  test.each(["not-now", "unknown"] as const)(
    "stays under way when the directory answers %s",
    async (kind) => {
      const held = await abandon();
      world.directory.answerNext("addFederated", { kind, retryAfterSeconds: 5, throttled: false });
      expect(await failure(world.settle(held))).toBeInstanceOf(RemoteUnavailable);
      expect(await underWay(world)).toMatchObject([{ turn: 1 }]);
    },
  );
});

describe("ending a trust", () => {
  test("is told and leaves the others", async () => {
    const { id } = await added();
    const other = await added(OTHER);

    expect(await remove(id)).toEqual({ ok: true, value: undefined });

    expect(await shown()).toEqual([other]);
    expect(world.events.published.at(-1)).toMatchObject({
      type: "federated-credential.removed",
      data: { credentialId: id, kind: "federated" },
    });
  });

  test("that there is none of is refused, and nobody is told", async () => {
    expect(await remove(newId())).toEqual({
      ok: false,
      refusal: { reason: "federated-not-found" },
    });
    expect(world.told()).toEqual([]);
    expect(await underWay(world)).toEqual([]);
  });

  test("works for a client that is stopped", async () => {
    const { id } = await added();
    await suspendClient(world, { ...world.own, as: "customer", reason: "A leaked secret" });
    expect(await remove(id)).toMatchObject({ ok: true });
  });
});

test("each change leaves one entry, with the credential's id and whom it is about", async () => {
  world.runtime.pass(1_000);
  const { id } = await added();
  world.runtime.pass(1_000);
  await remove(id);
  const left = await entries();
  expect(left).toMatchObject(
    ["federated-credential.removed", "federated-credential.created", "client.created"].map(
      (action) => ({ action }),
    ),
  );
  expect(left.slice(0, 2)).toMatchObject([
    { credentialId: id },
    { credentialId: id, detail: TRUST },
  ]);
});
