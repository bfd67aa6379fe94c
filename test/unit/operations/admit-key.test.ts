import { beforeEach, describe, expect, test } from "vitest";
import type { Transacted } from "../../../shared/adapters/records/table.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { abandoned, RECONCILE_AFTER_MS } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const aSecret = (fingerprint: string = THE_REQUEST.fingerprint) =>
  world.aSecret({ idempotency: { ...THE_REQUEST, fingerprint } });

describe("a key", () => {
  test("that is in use is answered for at once, also while its operation holds the client", async () => {
    await abandoned(world, {
      kind: "add-secret",
      clientId: world.client.id,
      displayName: "Production",
      createdAt: world.runtime.now().toISOString(),
      expiresAt: world.runtime.now().toISOString(),
      keyHash: "key",
    });
    world.runtime.pass(-RECONCILE_AFTER_MS + 5_000);

    const took = await world.elapsed(async () => {
      expect(await addSecret(world, aSecret())).toEqual({
        ok: false,
        refusal: { reason: "request-in-progress", retryAfterSeconds: 5 },
      });
      expect(await addSecret(world, aSecret("another"))).toEqual({
        ok: false,
        refusal: { reason: "idempotency-key-reused" },
      });
    });

    expect(took).toBe(0);
  });

  test("that was used is answered for at the limit too", async () => {
    const first = await world.create({ idempotency: THE_REQUEST });
    const full = { ...world, limits: { maxClients: 2, writesPerMinute: 2, maxDeleted: 100 } };

    const again = await createClient(full, {
      subscription: "contoso",
      by: ANN,
      displayName: "Another",
      roles: ["api.read"],
      requestedBy: "Ann",
      idempotency: { keyHash: "key", fingerprint: "the request" },
    });

    expect(again).toEqual({ ...first, replayed: true });
  });

  test("that has expired is anybody's, and taken by one", async () => {
    await world.create({ idempotency: THE_REQUEST });
    world.runtime.pass(24 * 60 * 60 * 1000);

    const both = await Promise.all([
      world.create({ idempotency: THE_REQUEST }),
      world.create({ idempotency: THE_REQUEST }),
    ]);

    expect(both[0]).toMatchObject({ ok: true });
    expect(both[1]).toEqual({ ...both[0], replayed: true });
    expect(world.directory.all()).toHaveLength(3);
  });

  test("that a purge removes while it is taken over is taken all the same", async () => {
    await world.create({ idempotency: THE_REQUEST });
    world.runtime.pass(24 * 60 * 60 * 1000);
    const purge = async (perform: () => Promise<Transacted>) => {
      const answer = await perform();
      await world.operations.purge("contoso", "keys", world.runtime.now());
      return answer;
    };
    world.clientsTable.nextTransact(purge);

    expect((await world.create({ idempotency: THE_REQUEST })).ok).toBe(true);
  });
});
