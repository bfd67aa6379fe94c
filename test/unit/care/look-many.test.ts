import { expect, test } from "vitest";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { lookProgress } from "../../../shared/adapters/records/look-progress.ts";
import { secretTodos } from "../../../shared/adapters/records/secret-todos.ts";
import type { LookDeps } from "../../../shared/care/found/look-deps.ts";
import { indexDue } from "../../../shared/care/index-due.ts";
import type { Secret } from "../../../shared/clients/secret.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { LATE_MS, lookWorld } from "../../support/look-world.ts";
import { abandoned } from "../../support/product.ts";
import { ANN, later, NOON, newId } from "../../support/samples.ts";

const DAY_MS = 86_400_000;

const aSecret = (at: number): Secret => ({
  keyId: newId(),
  displayName: `Of ${at}`,
  hint: "abc",
  createdAt: NOON,
  expiresAt: later(90 * DAY_MS),
});

test("a client with more secrets than a transaction takes is recorded by the first pass, and the next ones tell what changes", async () => {
  const world = await lookWorld();
  const { product, client } = world;
  const secrets = Array.from({ length: 120 }, (_, at) => aSecret(at));
  const { directory } = product;
  // Clients of the company's own tenant hold as many as anybody adds; those of the double hold two.
  const full = (): Partial<LookDeps> => ({
    directory: {
      listSecrets: async (from) => {
        const page = await directory.listSecrets(from);
        if (page === "expired") return page;
        return { ...page, items: page.items.map(({ lead }) => ({ lead, secrets: [...secrets] })) };
      },
      getMany: async (ids) =>
        new Map([...(await directory.getMany(ids))].map(([id, one]) => [id, { ...one, secrets }])),
    },
  });

  expect(await world.look(full())).toMatchObject({ filled: 120, failed: 0 });
  expect(await product.secrets.secretsOf("contoso", client.id)).toHaveLength(120);

  const another = aSecret(120);
  secrets.push(another);
  product.runtime.pass(DAY_MS);
  await world.look(full());
  product.runtime.pass(DAY_MS);
  await world.look(full());

  expect(world.told()).toEqual([["secret.created", another.keyId]]);
});

test("what was done to a client shortly before it was deleted is told once it is back", async () => {
  const world = await lookWorld();
  const { product, client } = world;
  const asked = { subscription: "contoso", clientId: client.id, by: ANN, as: "customer" } as const;
  await world.look();
  const dates = { createdAt: product.runtime.now(), expiresAt: later(90 * DAY_MS) };
  const added = await product.directory.addSecret(
    client.id,
    { displayName: "X", ...dates },
    client,
  );
  const keyId = added.kind === "done" ? added.value.keyId : "";
  product.runtime.pass(DAY_MS);
  await world.look();
  await deleteClient(product, asked);
  product.runtime.pass(LATE_MS);
  await world.look();
  product.runtime.pass(20 * DAY_MS);
  await world.look();
  expect(await restoreClient(product, asked)).toMatchObject({ ok: true });

  for (let day = 0; day < 3; day += 1) {
    product.runtime.pass(DAY_MS);
    await world.look();
  }

  expect(world.told()).toEqual([["secret.created", keyId]]);
});

test("what nobody can read of how far the look has come keeps nobody else's from being found", async () => {
  const world = await lookWorld();
  const { product, client } = world;
  await world.look();
  for (const rowKey of ["again:?", "digests:?"])
    await product.journalTable.insert({ partitionKey: "secrets", rowKey, at: "2026" });
  const dates = { createdAt: product.runtime.now(), expiresAt: later(90 * DAY_MS) };
  await product.directory.addSecret(client.id, { displayName: "X", ...dates }, client);

  expect(await world.nextLooks()).toMatchObject({ told: 1, failed: 0 });
});

test("a client that is deleted and does not come back is looked for no longer than it may", async () => {
  const world = await lookWorld();
  const { product, client } = world;
  await world.look();
  const dates = { createdAt: product.runtime.now(), expiresAt: later(90 * DAY_MS) };
  await product.directory.addSecret(client.id, { displayName: "X", ...dates }, client);
  product.runtime.pass(DAY_MS);
  await world.look();
  await deleteClient(product, { subscription: "contoso", clientId: client.id, by: ANN });
  product.runtime.pass(LATE_MS);
  await world.look();
  const again = async () =>
    (await product.journalTable.page({ partition: "secrets" }, 100)).rows.filter(({ row }) =>
      row.rowKey.startsWith("again:"),
    ).length;
  expect(await again()).toBe(1);
  product.runtime.pass(31 * DAY_MS);
  await product.operations.purge("contoso", "deleted", product.runtime.now());

  await world.look();

  expect(await again()).toBe(0);
  expect(world.told()).toEqual([]);
});

test("what is made in the directory of a client whose create was left is found once that has ended", async () => {
  const { product, look, nextLooks, told } = await lookWorld();
  const { clientsTable, directory, journalTable, runtime } = product;
  await look();
  const create = { displayName: "Left", roles: ["api.read"], requestedBy: "Ann" } as const;
  const held = await abandoned(product, { kind: "create", ...create });
  const { operationId, subscription } = held.entry;
  const made = await directory.create({ operationId, subscription, ...create });
  if (made.kind !== "done") return expect.unreachable();
  const createdAt = runtime.now();
  const secret = { displayName: "By hand", createdAt, expiresAt: later(DAY_MS, createdAt) };
  await directory.addSecret(made.value.id, secret, { createdAt });
  await nextLooks();
  expect(told()).toEqual([]);

  expect(await product.settle(held)).toBe("finished");
  await indexDue({
    ...product,
    ...{ todos: secretTodos(clientsTable), index: dueIndex(journalTable), reminders: [] },
    ...{ progress: lookProgress(journalTable), entryMs: 1_000 },
  });
  await nextLooks();

  expect(told()).toMatchObject([["secret.created", expect.anything()]]);
});
