import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { EXCHANGE_AUDIENCE } from "../../../shared/clients/federated/federated.ts";
import { withRetirement } from "../../../shared/clients/known-secrets.ts";
import { addFederated } from "../../../shared/operations/credentials/add-federated.ts";
import { removeFederated } from "../../../shared/operations/credentials/remove-federated.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { abandoned, underWay } from "../../support/product.ts";
import { later } from "../../support/samples.ts";

const LAST = { ok: false, refusal: { reason: "last-secret" } };
const REMOVED = { ok: true, value: undefined };
const DAY_MS = 86_400_000;

let world: ClientWorld;
let looks: number;
beforeEach(async () => {
  world = await clientWorld();
  const { endingOf } = world.directory;
  looks = 0;
  world.directory.endingOf = (...asked) => {
    looks += 1;
    return endingOf(...asked);
  };
});

const added = async (lifetimeDays = 30) => (await world.added({ lifetimeDays })).keyId;
const remove = (keyId: string, evenLast?: boolean) =>
  removeSecret(world, { ...world.own, keyId, ...(evenLast && { evenLast }) });
async function change(next: (record: ClientRecord) => ClientRecord): Promise<void> {
  const found = await world.records.client("contoso", world.client.id);
  if (!found || !(await world.records.save(next(found.record), found.version)))
    throw new Error("Not saved");
}
/** As it was written before the record knew of secrets. */
const forget = () => change(({ secrets: _, ...record }) => record);
const left = async () => (await world.directory.get(world.client.id, world.client))?.secrets.length;

/** Its id. */
async function trusted(displayName = "github-main"): Promise<string> {
  const credential = {
    ...{ displayName, issuer: "https://issuer.example", subject: displayName },
    audience: EXCHANGE_AUDIENCE,
  };
  const made = await addFederated(world, { ...world.own, credential });
  if (!made.ok) throw new Error(made.refusal.reason);
  return made.value.id;
}
const distrust = (credentialId: string, evenLast = false) =>
  removeFederated(world, { ...world.own, credentialId, evenLast });
const trusts = async () =>
  (await world.directory.federatedOf(world.client.id, world.client))?.length;
/** Reads of federated credentials from now on. */
function countTrusts(): { reads: number } {
  const { federatedOf } = world.directory;
  const count = { reads: 0 };
  world.directory.federatedOf = (...asked) => {
    count.reads += 1;
    return federatedOf(...asked);
  };
  return count;
}

describe("the last secret that works, of a client that has its consent", () => {
  test("is not removed, and nothing is begun", async () => {
    const keyId = await added();
    await world.grant();
    const before = world.events.published.length;

    expect(await remove(keyId)).toEqual(LAST);
    expect(await remove(keyId.toUpperCase())).toEqual(LAST);

    expect(await left()).toBe(1);
    expect(await underWay(world)).toEqual([]);
    expect(world.events.published).toHaveLength(before);
  });

  test("is removed when the caller knows", async () => {
    const keyId = await added();
    await world.grant();

    expect(await remove(keyId, true)).toEqual(REMOVED);
    expect(await left()).toBe(0);
    expect(looks).toBe(0);
  });

  test("is any while nobody has consented: it opens no door yet", async () => {
    expect(await remove(await added())).toEqual(REMOVED);
    expect(looks).toBe(0);
  });

  test("is none of two, for a look at the directory and no further request to the tables", async () => {
    const [first, second] = [await added(), await added()];
    await world.grant();
    world.clientsTable.forget();

    expect(await remove(first)).toEqual(REMOVED);
    expect([looks, world.clientsTable.calls.length]).toEqual([1, 4]);
    expect(await remove(second)).toEqual(LAST);
    expect(looks).toBe(2);
  });

  test("is the one that is left when the other was removed by hand in the directory", async () => {
    const [other, keyId] = [await added(), await added()];
    await world.grant();
    await world.directory.removeSecret(world.client.id, other, world.client);
    world.runtime.pass(DAY_MS / 24);

    expect(await remove(keyId)).toEqual(LAST);
    expect(await left()).toBe(1);
    expect(await underWay(world)).toEqual([]);
  });

  test("is none beside one that was made a moment ago and that a late directory does not show yet", async () => {
    const keyId = await added();
    await world.grant();
    const before = await world.directory.endingOf(world.client.id, world.client);
    world.runtime.pass(DAY_MS);
    await added();
    world.directory.endingOf = async () => before;

    expect(await remove(keyId)).toEqual(REMOVED);
  });

  test("is believed of the record where the directory cannot be asked: a leaked one goes", async () => {
    const [leaked] = [await added(), await added()];
    await world.grant();
    world.directory.failNext("endingOf", new RemoteUnavailable("directory", { executed: "no" }));

    expect(await remove(leaked)).toEqual(REMOVED);
  });

  test("is the one beside an expired one, and the expired one goes", async () => {
    const expired = await added(1);
    const keyId = await added();
    await world.grant();
    world.runtime.pass(2 * DAY_MS);

    expect(await remove(keyId)).toEqual(LAST);
    expect(await remove(expired)).toEqual(REMOVED);
  });

  test("is the one beside another that goes soon", async () => {
    const [going, keyId] = [await added(), await added()];
    await world.grant();
    const now = world.runtime.now();
    const expiresAt = later(30 * DAY_MS);
    await change((it) => withRetirement(it, { keyId: going, expiresAt }, later(DAY_MS, now), now));

    expect(await remove(keyId)).toEqual(LAST);
    expect(await remove(going)).toEqual(REMOVED);
  });

  test("is found in the directory where the record does not know", async () => {
    const [first, second] = [await added(), await added()];
    await world.grant();
    await forget();

    expect(await remove(first)).toEqual(REMOVED);
    expect(looks).toBe(1);
    await forget();
    expect(await remove(second)).toEqual(LAST);
  });

  test("is not saved by one that a late directory shows although it has gone", async () => {
    const [first, second] = [await added(), await added()];
    await world.grant();
    const shown = await world.directory.endingOf(world.client.id, world.client);
    await remove(first);
    world.directory.endingOf = async () => shown;

    expect(await remove(second)).toEqual(LAST);
  });

  test("is one of two that are removed at once", async () => {
    const both = [await added(), await added()];
    await world.grant();

    const answers = await Promise.all(both.map((keyId) => remove(keyId)));

    expect(answers.toSorted((a, b) => Number(a.ok) - Number(b.ok))).toEqual([LAST, REMOVED]);
    expect(await left()).toBe(1);
  });

  test("has gone where its removal was admitted and its worker died", async () => {
    const [first, second] = [await added(), await added()];
    await world.grant();
    const held = await abandoned(world, {
      kind: "remove-secret",
      clientId: world.client.id,
      keyId: first,
    });
    await world.settle(held);

    expect(await remove(second)).toEqual(LAST);
  });

  test("is not asked of a directory that is away: nothing is done then", async () => {
    const keyId = await added();
    await world.grant();
    world.directory.failNext(
      "endingOf",
      new RemoteUnavailable("directory", { executed: "unknown" }),
    );

    await expect(remove(keyId)).rejects.toMatchObject({ executed: "no" });
    expect(await underWay(world)).toEqual([]);
  });

  test("that is not there is answered as one that is not there", async () => {
    await added();
    await world.grant();
    const refusal = { reason: "secret-not-found" };
    expect(await remove(crypto.randomUUID())).toEqual({ ok: false, refusal });
  });
});

describe("a federated credential", () => {
  test("lets the last secret go, for one look more, and is the last one then", async () => {
    const [keyId, id] = [await added(), await trusted()];
    await world.grant();
    const count = countTrusts();

    expect(await remove(keyId)).toEqual(REMOVED);
    expect([looks, count.reads]).toEqual([1, 1]);
    expect(await distrust(id)).toEqual(LAST);
    expect(await trusts()).toBe(1);
    expect(await underWay(world)).toEqual([]);
    expect(await distrust(id, true)).toEqual(REMOVED);
    expect(await trusts()).toBe(0);
  });

  test("is not asked for where another secret is left, nor before anybody has consented", async () => {
    const [first, second, id] = [await added(), await added(), await trusted()];
    const count = countTrusts();
    expect(await distrust(id)).toEqual(REMOVED);
    expect(looks).toBe(0);
    await world.grant();
    expect(await remove(first)).toEqual(REMOVED);
    expect(count.reads).toBe(0);
    expect(await remove(second)).toEqual(LAST);
  });

  test("is removed beside a secret that works, and beside another one", async () => {
    const [keyId, first, second] = [await added(), await trusted(), await trusted("other")];
    await world.grant();
    expect(await distrust(first)).toEqual(REMOVED);
    expect(await remove(keyId)).toEqual(REMOVED);
    const third = await trusted("third");
    expect(await distrust(third)).toEqual(REMOVED);
    expect(await distrust(second)).toEqual(LAST);
  });

  test("saves no secret where the token endpoint takes none", async () => {
    const [keyId] = [await added(), await trusted()];
    await world.grant();
    const count = countTrusts();
    const credentialRules = { ...world.credentialRules, directory: ["secret"] as const };
    expect(await removeSecret({ ...world, credentialRules }, { ...world.own, keyId })).toEqual(
      LAST,
    );
    expect(count.reads).toBe(0);
  });

  test("that is not there is answered as one that is not there", async () => {
    await trusted();
    await world.grant();
    expect(await distrust(crypto.randomUUID())).toEqual({
      ok: false,
      refusal: { reason: "federated-not-found" },
    });
  });
});
