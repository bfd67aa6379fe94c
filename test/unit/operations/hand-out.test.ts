import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { registerClient } from "../../../shared/operations/clients/register-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { ANOTHER, type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { RECONCILE_AFTER_MS } from "../../support/product.ts";

/** A value exists in one answer, which has to come within the request's deadline. */

const REQUEST_MS = 25_000;

let world: ClientWorld;
let nowMs = 0;
beforeEach(async () => {
  world = await clientWorld();
  nowMs = 0;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
});
afterEach(() => vi.restoreAllMocks());

/** What asks for a value. */
const asks = {
  "a new secret": (product: ClientWorld) => addSecret(product, world.aSecret()),
  "a rotated secret": async (product: ClientWorld) => {
    const old = await world.added();
    return rotateSecret(product, {
      ...{ ...world.own, keyId: old.keyId, lifetimeDays: 60, graceHours: 24 },
    });
  },
  "a registration": (product: ClientWorld) =>
    registerClient(product, {
      ...ANOTHER,
      secret: { displayName: "Registration", lifetimeDays: 30 },
      authMethod: "client_secret_post",
      tokenSecret: Buffer.alloc(32, 7),
    }),
};

/** With a directory that answers after so long. */
const askSlow = (ask: (product: ClientWorld) => Promise<unknown>, tookMs: number) => {
  const { directory } = world;
  const slow = {
    ...directory,
    addSecret: async (...args: Parameters<typeof directory.addSecret>) => {
      const answer = await directory.addSecret(...args);
      nowMs += tookMs;
      return answer;
    },
    create: async (...args: Parameters<typeof directory.create>) => {
      const answer = await directory.create(...args);
      nowMs += tookMs;
      return answer;
    },
  };
  return withDeadline(REQUEST_MS, () => ask({ ...world, directory: slow }));
};

const secretsThere = () =>
  world.directory.all().flatMap(({ secrets }) => secrets.map(({ displayName }) => displayName));

describe.each(Object.entries(asks))("%s", (what, ask) => {
  const before = what === "a rotated secret" ? ["Production"] : [];

  test("is handed out where the answer comes in time", async () => {
    expect(await askSlow(ask, 0.7 * REQUEST_MS)).toMatchObject({ ok: true });
    expect(secretsThere()).toHaveLength(before.length + 1);
  });

  test("is taken back where the last write could be answered too late", async () => {
    await expect(askSlow(ask, 0.9 * REQUEST_MS)).rejects.toMatchObject({ executed: "unknown" });

    for (let turn = 0; turn < 3; turn += 1) {
      world.runtime.pass(RECONCILE_AFTER_MS);
      for (const held of await world.operations.allUnderWay("contoso")) await world.settle(held);
    }
    expect(secretsThere()).toEqual(before);
    expect(await world.operations.allUnderWay("contoso")).toEqual([]);
  });
});
