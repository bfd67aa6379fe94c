import { beforeEach, describe, expect, test } from "vitest";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { foundSecrets } from "../../../shared/adapters/records/found-secrets.ts";
import { lookProgress } from "../../../shared/adapters/records/look-progress.ts";
import { secretTodos } from "../../../shared/adapters/records/secret-todos.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { LookDeps } from "../../../shared/care/found/look-deps.ts";
import { indexDue } from "../../../shared/care/index-due.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { Secret } from "../../../shared/clients/secret.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { failure } from "../../support/failure.ts";
import { LATE_MS, type LookWorld, lookWorld } from "../../support/look-world.ts";
import { abandoned, aClient, type TestProduct } from "../../support/product.ts";
import { ANN, later, newId } from "../../support/samples.ts";

const HOUR_MS = 3_600_000;
const away = new RemoteUnavailable("records", { executed: "no" });

let world: LookWorld;
let product: TestProduct;
let client: ClientRecord;
beforeEach(async () => {
  world = await lookWorld();
  ({ product, client } = world);
});

const look = (changes?: Partial<LookDeps>) => world.look(changes);
const nextLooks = () => world.nextLooks();
const kept = () => world.kept();
const held = () => world.held();
const told = () => world.told();
const onRecord = () => world.onRecord();
const changedThere = (change: Partial<Secret>) => world.changedThere(change);
/** By hand, in the directory. */
async function madeThere(displayName = "By hand", id = client.id): Promise<string> {
  const dates = { createdAt: product.runtime.now(), expiresAt: later(90 * 24 * HOUR_MS) };
  const added = await product.directory.addSecret(id, { displayName, ...dates }, client);
  if (added.kind !== "done") throw new Error("Not added");
  return added.value.keyId;
}
const removedThere = (keyId: string) => product.directory.removeSecret(client.id, keyId, client);
async function madeHere(): Promise<string> {
  const secret = { displayName: "Production", lifetimeDays: 30 };
  const request = { subscription: "contoso", clientId: client.id, by: ANN, ...secret };
  const added = await addSecret(product, request);
  if (!added.ok) throw new Error(added.refusal.reason);
  return added.value.keyId;
}

describe("the first pass", () => {
  test("records what is there and tells nobody, and the index gets it", async () => {
    const keyId = await madeThere();
    const made = await madeHere();

    expect(await look()).toEqual({
      outcome: "done",
      pages: 1,
      changed: 1,
      filled: 1,
      told: 0,
      failed: 0,
    });
    expect(await kept()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ keyId, displayName: "By hand", source: "directory" }),
        expect.objectContaining({ keyId: made, source: "service", createdBy: ANN.actor }),
      ]),
    );
    expect(await secretTodos(product.clientsTable).todos("contoso")).toHaveLength(2);
    await nextLooks();
    expect(told()).toEqual([]);
    expect(await onRecord()).toEqual([]);
  });

  test("adopts no registration that only says it is ours", async () => {
    const stranger = await product.directory.create({
      operationId: newId(),
      subscription: "contoso",
      displayName: "Somebody's",
      roles: [],
    });
    const id = stranger.kind === "done" ? stranger.value.id : "";
    await madeThere("Theirs", id);

    expect(await look()).toMatchObject({ filled: 0, failed: 0 });
    expect(await product.secrets.secretsOf("contoso")).toEqual([]);
  });

  test("is gone on with by the next when a client could not be filled in, and still tells nobody", async () => {
    const keyId = await madeThere();
    const found = foundSecrets(product.clientsTable);

    expect(await look({ found: { ...found, settle: async () => false } })).toMatchObject({
      outcome: "done",
      failed: 1,
    });
    product.runtime.pass(HOUR_MS);
    expect(await look()).toMatchObject({ filled: 1, failed: 0 });

    expect((await kept()).map((one) => one.keyId)).toEqual([keyId]);
    await nextLooks();
    expect(told()).toEqual([]);
  });

  test("that dies between two pages is gone on with where it was", async () => {
    for (let count = 0; count < 4; count += 1)
      await madeThere(`Of ${count}`, (await aClient(product)).id);
    const { directory } = product;
    const dying = async (from?: string) =>
      from === "2" ? Promise.reject(away) : directory.listSecrets(from);

    expect(await failure(look({ directory: { ...directory, listSecrets: dying } }))).toBe(away);
    expect(await look()).toMatchObject({ outcome: "elsewhere" });
    product.runtime.pass(product.reconcileAfterMs);
    expect(await look()).toMatchObject({ outcome: "done", pages: 2, filled: 3 });

    expect(await product.secrets.secretsOf("contoso")).toHaveLength(4);
  });

  test("begins at the first page where the directory has forgotten the mark", async () => {
    for (let count = 0; count < 2; count += 1) await aClient(product);
    const { directory } = product;
    let expired = 0;
    const forgetful = async (from?: string) => {
      if (from === undefined || expired > 0) return directory.listSecrets(from);
      expired += 1;
      return "expired" as const;
    };

    expect(await look({ directory: { ...directory, listSecrets: forgetful } })).toMatchObject({
      outcome: "done",
      failed: 0,
    });
    expect(await look()).toMatchObject({ outcome: "not-due" });
  });
});

describe("what is done in the directory", () => {
  beforeEach(async () => {
    await look();
  });

  test("is told once, on record and recorded: a new secret", async () => {
    const keyId = await madeThere();

    expect(await nextLooks()).toMatchObject({ told: 1, failed: 0 });
    await nextLooks();

    expect(told()).toEqual([["secret.created", keyId]]);
    expect(await onRecord()).toEqual(told());
    expect(await kept()).toMatchObject([{ keyId, displayName: "By hand", source: "directory" }]);
    expect(await held()).toEqual([keyId]);
    expect(product.events.published.at(-1)).toMatchObject({
      clientId: client.id,
      subscription: "contoso",
      data: { clientId: client.id, displayName: "By hand", source: "directory" },
    });
  });

  test("is told once: a secret of ours that was removed there", async () => {
    const keyId = await madeHere();
    await nextLooks();
    await removedThere(keyId);

    await nextLooks();
    await nextLooks();

    expect(told()).toEqual([["secret.removed", keyId]]);
    expect(await onRecord()).toEqual(told());
    expect(await kept()).toEqual([]);
    expect(await held()).toEqual([]);
  });

  test("is told once: a secret of ours that was removed there before any pass came by", async () => {
    const keyId = await madeHere();
    await removedThere(keyId);
    await nextLooks();
    const { clientsTable, journalTable } = product;
    await indexDue({
      ...product,
      todos: secretTodos(clientsTable),
      index: dueIndex(journalTable),
      progress: lookProgress(journalTable),
      reminders: [],
      entryMs: 1_000,
    });

    await nextLooks();
    await nextLooks();

    expect(told()).toEqual([["secret.removed", keyId]]);
    expect(await kept()).toEqual([]);
    expect(await held()).toEqual([]);
  });

  test("is told once: another name of a secret", async () => {
    const keyId = await madeHere();
    await nextLooks();
    const renamed = changedThere({ displayName: "Named there" });

    for (let time = 0; time < 3; time += 1) {
      product.runtime.pass(HOUR_MS);
      await look(renamed);
    }

    expect(told()).toEqual([["secret.renamed", keyId]]);
    expect(await onRecord()).toEqual(told());
    expect(await kept()).toMatchObject([{ displayName: "Named there", source: "service" }]);
  });

  test("is due anew and told to nobody: another end of a secret", async () => {
    await madeHere();
    await nextLooks();
    const [before] = await product.secrets.secretsOf("contoso");
    if (!before) throw new Error("Nothing is kept");
    await product.secrets.saveSecret({ ...before.record, told: ["expired"] }, before.version);
    const expiresAt = later(500 * 24 * HOUR_MS);

    for (let time = 0; time < 3; time += 1) {
      product.runtime.pass(HOUR_MS);
      await look(changedThere({ expiresAt }));
    }

    expect(told()).toEqual([]);
    expect(await kept()).toMatchObject([{ expiresAt, told: [] }]);
  });

  test("is told again under its id after a death before it was recorded, and is on record once", async () => {
    await madeThere();
    product.runtime.pass(HOUR_MS);
    await look();
    product.runtime.pass(LATE_MS);
    const found = foundSecrets(product.clientsTable);
    const settle = async () => Promise.reject(away);

    expect(await look({ found: { ...found, settle } })).toMatchObject({ told: 0, failed: 1 });
    expect(await look()).toMatchObject({ told: 1, failed: 0 });

    const ids = product.events.published.map(({ id }) => id).filter((id) => id.includes("created"));
    expect(new Set(ids.slice(-2)).size).toBe(1);
    expect(await onRecord()).toHaveLength(1);
  });

  test("is on record once when two hosts find it", async () => {
    await madeThere();
    product.runtime.pass(HOUR_MS);
    await look();
    product.runtime.pass(LATE_MS);

    await Promise.all([look(), look()]);

    expect(await onRecord()).toHaveLength(1);
  });
});

describe("nothing false is told", () => {
  beforeEach(async () => {
    await look();
  });

  test("of what is made and removed here, at the price of one request for a client that has changed", async () => {
    const keyId = await madeHere();
    product.runtime.pass(HOUR_MS);
    product.clientsTable.forget();
    expect(await look()).toMatchObject({ changed: 1, told: 0 });
    expect(product.clientsTable.calls).toEqual([`page secret:${client.id}:`]);
    await removeSecret(product, { subscription: "contoso", clientId: client.id, by: ANN, keyId });

    await nextLooks();

    expect(told()).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  test("of a client that has not changed, which costs nothing", async () => {
    product.runtime.pass(HOUR_MS);
    product.clientsTable.forget();

    expect(await look()).toMatchObject({ pages: 1, changed: 0, told: 0 });
    expect(product.clientsTable.calls).toEqual([]);
  });

  test("while an operation of ours is under way, and afterwards what it has left", async () => {
    const keyId = await madeThere("Of an operation");
    const held = await abandoned(product, {
      kind: "add-secret",
      clientId: client.id,
      displayName: "Of an operation",
      createdAt: product.runtime.now().toISOString(),
      expiresAt: later(90 * 24 * HOUR_MS).toISOString(),
    });

    await nextLooks();
    expect(told()).toEqual([]);
    await product.operations.end(held, { activity: [] });
    product.runtime.pass(LATE_MS);
    await look();

    expect(told()).toEqual([["secret.created", keyId]]);
  });

  test("by a directory that is late to show what was made here", async () => {
    product.runtime.pass(HOUR_MS - 1_000);
    const { directory } = product;
    const before = await directory.listSecrets();
    const live = await directory.getMany([client.id]);
    await madeHere();
    product.runtime.pass(1_000);
    const stale = { listSecrets: async () => before, getMany: async () => live };

    await madeThere("Noticed");
    await look();
    product.runtime.pass(LATE_MS - 2_000);
    await look({ directory: stale });

    expect(told()).toEqual([]);
    expect(await kept()).toHaveLength(1);
  });

  test("by a directory that is late to forget what was removed here", async () => {
    const keyId = await madeHere();
    const { directory } = product;
    const live = await directory.getMany([client.id]);
    product.runtime.pass(HOUR_MS);
    await madeThere("Noticed");
    await look();
    product.runtime.pass(LATE_MS - 1_000);
    await removeSecret(product, { subscription: "contoso", clientId: client.id, by: ANN, keyId });
    product.runtime.pass(1_000);

    await look({ directory: { ...directory, getMany: async () => live } });

    expect(told()).toEqual([]);
  });

  test("of a client that has gone meanwhile", async () => {
    await madeThere();
    product.runtime.pass(HOUR_MS);
    await look();
    await product.records.remove(client, product.runtime.now());
    product.runtime.pass(LATE_MS);

    expect(await look()).toMatchObject({ told: 0, failed: 0 });
    expect(told()).toEqual([]);
  });

  test("of others where one cannot be read, which comes with the next pass", async () => {
    const other = await aClient(product, { displayName: "Another" });
    const bad = await madeThere();
    const good = await madeThere("Good", other.id);
    product.runtime.pass(HOUR_MS);
    const found = foundSecrets(product.clientsTable);
    const known: typeof found.known = async (lead) =>
      lead.clientId === client.id ? Promise.reject(away) : found.known(lead);

    expect(await look({ found: { ...found, known } })).toMatchObject({ failed: 1 });
    product.runtime.pass(LATE_MS);
    await look();
    expect(told()).toEqual([["secret.created", good]]);
    await nextLooks();
    expect(told()).toContainEqual(["secret.created", bad]);
  });
});
