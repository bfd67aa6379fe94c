import { expect, test } from "vitest";
import type { LookDeps } from "../../../shared/care/found/look-deps.ts";
import type { Secret } from "../../../shared/clients/secret.ts";
import { lookWorld } from "../../support/look-world.ts";
import { later, NOON, newId } from "../../support/samples.ts";

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
