import { expect, test } from "vitest";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { lookProgress } from "../../../shared/adapters/records/look-progress.ts";
import { secretTodos } from "../../../shared/adapters/records/secret-todos.ts";
import { indexDue } from "../../../shared/care/index-due.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { lookWorld } from "../../support/look-world.ts";
import { ANN, newId } from "../../support/samples.ts";

test("that a client is to be looked at anew is not undone by a pass that has begun before", async () => {
  const { product, client, look, nextLooks, told } = await lookWorld();
  const { clientsTable, directory, journalTable } = product;
  await look();
  const secret = { displayName: "Production", lifetimeDays: 30 };
  const request = { subscription: "contoso", clientId: client.id, by: ANN, ...secret };
  const added = await addSecret(product, request);
  if (!added.ok) return expect.unreachable();
  const { keyId } = added.value;
  await directory.removeSecret(client.id, keyId, client);
  product.runtime.pass(3_600_000);

  // Its digest stands in one row with that of a client that the pass finds changed.
  const neighbour = { clientId: client.id.slice(0, 3) + newId().slice(3), subscriptionKey: "eve" };
  await look({
    directory: {
      getMany: directory.getMany,
      listSecrets: async (from) => {
        await indexDue({
          ...product,
          ...{ todos: secretTodos(clientsTable), index: dueIndex(journalTable), reminders: [] },
          ...{ progress: lookProgress(journalTable), entryMs: 1_000 },
        });
        const page = await directory.listSecrets(from);
        if (page === "expired") return page;
        return { ...page, items: [...page.items, { lead: neighbour, secrets: [] }] };
      },
    },
  });
  await nextLooks();
  await nextLooks();

  expect(told()).toEqual([["secret.removed", keyId]]);
});
