import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { clientEtag } from "../../../shared/clients/client.ts";
import { addSecret } from "../../../shared/operations/add-secret.ts";
import { createClient } from "../../../shared/operations/create-client.ts";
import { deleteClient } from "../../../shared/operations/delete-client.ts";
import { removeSecret } from "../../../shared/operations/remove-secret.ts";
import { renameClient } from "../../../shared/operations/rename-client.ts";
import { failure, interrupt } from "../../support/interrupt.ts";
import {
  journalled,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
} from "../../support/product.ts";
import { anEntry, newId } from "../../support/samples.ts";

let product: TestProduct;
let client: ClientRecord;
beforeEach(async () => {
  product = testProduct();
  const created = await createClient(product, {
    subscription: "contoso",
    displayName: "A client",
    roles: ["api.read"],
    requestedBy: "Ann",
  });
  if (!created.ok) throw new Error(created.refusal.reason);
  client = created.value;
  await product.journal.settle(client.operationId);
});

const own = () => ({ subscription: "contoso", clientId: client.id });
const aSecret = (keyHash?: string) => ({
  ...own(),
  displayName: "Production",
  lifetimeDays: 30,
  ...(keyHash !== undefined && { idempotency: { keyHash, fingerprint: "the request" } }),
});
const secretsOf = () => product.directory.secretsOf(client.id, client);
const types = () => product.events.published.map(({ type }) => type);

async function added(keyHash?: string) {
  const answer = await addSecret(product, aSecret(keyHash));
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return answer.value;
}

describe("a new secret", () => {
  test("lives as long as asked, is told of, and leaves nothing under way", async () => {
    const { secretText, ...secret } = await added();

    expect(secret.expiresAt.getTime() - secret.createdAt.getTime()).toBe(30 * 86_400_000);
    expect(await secretsOf()).toEqual([secret]);
    expect(types()).toEqual(["secret.created"]);
    expect(JSON.stringify(product.events.published)).not.toContain(secretText);
    expect(await journalled(product)).toEqual([]);
  });

  test("is refused at the directory's limit, soonest to expire first", async () => {
    const first = await addSecret(product, { ...aSecret(), lifetimeDays: 90 });
    const second = await added();

    const third = await addSecret(product, aSecret());

    expect(third).toMatchObject({
      ok: false,
      refusal: {
        reason: "secret-limit-reached",
        limit: 2,
        secrets: [{ keyId: second.keyId }, { keyId: first.ok && first.value.keyId }],
      },
    });
    expect(await journalled(product)).toEqual([]);
  });

  test("is never shown again under its key", async () => {
    const { keyId } = await added("key");

    const again = await addSecret(product, aSecret("key"));

    expect(again).toEqual({
      ok: false,
      refusal: { reason: "secret-value-already-returned", keyId },
    });
    expect(await secretsOf()).toHaveLength(1);
  });

  test("whose value was lost stays in the journal, so that it is taken back", async () => {
    const directory = interrupt(product.directory, "addSecret", "lost");

    const error = await failure(addSecret({ ...product, directory }, aSecret("key")));
    const again = await addSecret(product, aSecret("key"));

    expect(error).toMatchObject({ service: "directory", executed: "unknown" });
    expect(again).toMatchObject({ ok: false, refusal: { reason: "request-in-progress" } });
    expect(await journalled(product)).toMatchObject([{ operation: { kind: "add-secret" } }]);
  });

  test("that the directory refused frees client and key", async () => {
    const directory = interrupt(product.directory, "addSecret", "refused");
    await failure(addSecret({ ...product, directory }, aSecret("key")));

    await added("key");

    expect(await secretsOf()).toHaveLength(1);
  });

  test("is not handed out when somebody has taken the operation over meanwhile", async () => {
    const directory = {
      ...product.directory,
      addSecret: async (...given: Parameters<typeof product.directory.addSecret>) => {
        const answer = await product.directory.addSecret(...given);
        const held = await product.journal.find(client.id);
        if (held) await product.journal.take(held, product.runtime.now(), 1);
        return answer;
      },
    };

    const error = await failure(addSecret({ ...product, directory }, aSecret()));

    expect(error).toBeInstanceOf(RemoteUnavailable);
  });
});

describe("two changes of one client", () => {
  test("wait for each other", async () => {
    const both = await Promise.all([addSecret(product, aSecret()), addSecret(product, aSecret())]);

    expect(both.map(({ ok }) => ok)).toEqual([true, true]);
    expect(await secretsOf()).toHaveLength(2);
  });

  test("are not both done when the first takes too long", async () => {
    await product.journal.open(
      anEntry({ kind: "delete", clientId: client.id }, { touchedAt: product.runtime.now() }),
    );

    const refused = await addSecret(product, aSecret());

    expect(refused).toMatchObject({ ok: false, refusal: { reason: "client-busy" } });
    if (refused.ok || refused.refusal.reason !== "client-busy") return;
    expect(refused.refusal.retryAfterSeconds).toBeGreaterThan(0);
    expect(refused.refusal.retryAfterSeconds).toBeLessThanOrEqual(RECONCILE_AFTER_MS / 1000);
  });
});

describe("a removed secret", () => {
  test("is gone and told of", async () => {
    const { keyId } = await added();

    const removed = await removeSecret(product, { ...own(), keyId });
    const again = await removeSecret(product, { ...own(), keyId });

    expect(removed.ok).toBe(true);
    expect(again).toEqual({ ok: false, refusal: { reason: "secret-not-found" } });
    expect(types()).toEqual(["secret.created", "secret.removed"]);
    expect(await journalled(product)).toEqual([]);
  });
});

describe("a renamed client", () => {
  test("has a new name and revision on both sides", async () => {
    const renamed = await renameClient(product, { ...own(), displayName: "Renamed" });

    expect(renamed).toMatchObject({ ok: true, value: { displayName: "Renamed", revision: 2 } });
    expect(product.directory.all()[0]?.displayName).toBe("Renamed");
    expect(types()).toEqual(["client.renamed"]);
  });

  test.each([
    ["its own ETag", () => clientEtag(client), true],
    ["any", () => "*", true],
    ["one of several", () => `"x", ${clientEtag(client)}`, true],
    ["another", () => '"x"', false],
    ["a weak one", () => `W/${clientEtag(client)}`, false],
  ])("under If-Match with %s", async (_, ifMatch, matches) => {
    const renamed = await renameClient(product, {
      ...own(),
      displayName: "Renamed",
      ifMatch: ifMatch(),
    });

    expect(renamed.ok).toBe(matches);
    expect(await journalled(product)).toEqual([]);
  });

  test("whose event could not be sent is renamed all the same, and the event waits", async () => {
    const events = interrupt(product.events, "publish", "refused");

    const renamed = await renameClient({ ...product, events }, { ...own(), displayName: "New" });

    expect(renamed.ok).toBe(true);
    expect(await journalled(product)).toMatchObject([
      { operation: { kind: "announce", event: { type: "client.renamed" } } },
    ]);
  });

  test("that the directory does not know is not found", async () => {
    await product.directory.delete(client.id, client);

    const renamed = await renameClient(product, { ...own(), displayName: "Renamed" });

    expect(renamed).toEqual({ ok: false, refusal: { reason: "not-found" } });
  });
});

describe("a deleted client", () => {
  test("is gone on both sides, gives its place back and is told of", async () => {
    const deleted = await deleteClient(product, own());

    expect(deleted.ok).toBe(true);
    expect(product.directory.all()).toEqual([]);
    expect((await product.records.account("contoso")).account.clients).toBe(0);
    expect(types()).toEqual(["client.deleted"]);
    expect(await journalled(product)).toEqual([]);
  });

  test("is deleted also when an administrator was faster", async () => {
    await product.directory.delete(client.id, client);

    expect((await deleteClient(product, own())).ok).toBe(true);
  });
});

test("nobody changes what is another's, and the directory is not asked", async () => {
  const foreign = { subscription: "fabrikam", clientId: client.id };
  const deps = { ...product, directory: { ...product.directory, get: never, addSecret: never } };

  const answers = [
    await renameClient(deps, { ...foreign, displayName: "Mine" }),
    await deleteClient(deps, foreign),
    await addSecret(deps, { ...aSecret(), ...foreign }),
    await removeSecret(deps, { ...foreign, keyId: newId() }),
  ];

  expect(answers.map((answer) => !answer.ok && answer.refusal.reason)).toEqual(
    answers.map(() => "not-found"),
  );
  expect((await product.records.account("fabrikam")).account.writes).toBe(0);
});

const never = (): never => {
  throw new Error("The directory was asked");
};

test("a subscription changes things so often a minute and no more", async () => {
  const deps = { ...product, limits: { maxClients: 10, writesPerMinute: 3 } };
  const rename = (displayName: string) => renameClient(deps, { ...own(), displayName });
  // The create was the first of this minute.
  const answers = [await rename("1"), await rename("2"), await rename("3")];
  product.runtime.pass(60_000);
  answers.push(await rename("4"));

  expect(answers.map((answer) => (answer.ok ? "done" : answer.refusal.reason))).toEqual([
    "done",
    "done",
    "rate-limited",
    "done",
  ]);
});
