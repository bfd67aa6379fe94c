import { expect, test } from "vitest";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { lookProgress } from "../../../shared/adapters/records/look-progress.ts";
import { secretTodos } from "../../../shared/adapters/records/secret-todos.ts";
import { indexDue } from "../../../shared/care/index-due.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { lookWorld } from "../../support/look-world.ts";
import { ANN, newId } from "../../support/samples.ts";

type World = Awaited<ReturnType<typeof lookWorld>>;

async function makeSecret({ product, client }: World): Promise<string> {
  const secret = { displayName: "Production", lifetimeDays: 30 };
  const request = { subscription: "contoso", clientId: client.id, by: ANN, ...secret };
  const added = await addSecret(product, request);
  return added.ok ? added.value.keyId : expect.unreachable();
}

const index = ({ product }: World) =>
  indexDue({
    ...product,
    todos: secretTodos(product.clientsTable),
    index: dueIndex(product.journalTable),
    reminders: [],
    progress: lookProgress(product.journalTable),
    entryMs: 1_000,
  });

test("that a client is to be looked at anew is not undone by a pass that has begun before", async () => {
  const world = await lookWorld();
  const { product, client, look, nextLooks, told } = world;
  const { directory } = product;
  await look();
  const keyId = await makeSecret(world);
  await directory.removeSecret(client.id, keyId, client);
  product.runtime.pass(3_600_000);

  // Its digest stands in one row with that of a client that the pass finds changed.
  const neighbour = { clientId: client.id.slice(0, 3) + newId().slice(3), subscriptionKey: "eve" };
  await look({
    directory: {
      getMany: directory.getMany,
      listSecrets: async (from) => {
        await index(world);
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

test("nor by one that has looked at it before, of which nothing was known", async () => {
  const world = await lookWorld();
  const { product, client, look, nextLooks, told } = world;
  const progress = lookProgress(product.journalTable);
  await look();
  await makeSecret(world);
  await index(world);
  product.runtime.pass(3_600_000);
  const meanwhile: string[] = [];
  await look({
    progress: {
      ...progress,
      digests: async () => {
        const digests = await progress.digests();
        return {
          ...digests,
          save: async (changes) => {
            meanwhile.push(await makeSecret(world));
            await index(world);
            await digests.save(changes);
          },
        };
      },
    },
  });
  const [keyId = ""] = meanwhile;
  await product.directory.removeSecret(client.id, keyId, client);

  await nextLooks();
  await nextLooks();

  expect(told()).toEqual([["secret.removed", keyId]]);
});
