import { beforeEach, describe, expect, test } from "vitest";
import { newObservation, observe, type Rate } from "../../../shared/base/observation.ts";
import { admit } from "../../../shared/operations/admission/admit.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { purgeClient } from "../../../shared/operations/clients/purge-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { ANOTHER, type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { OLGA } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

describe("after a refusal what is read again", () => {
  const [account, client, busy, key] = ["get account", "get client:", "get busy:", "get key:"];

  test.each([
    { named: "the account", at: 0, read: [busy, account] },
    { named: "the key", at: 1, read: [key] },
    { named: "the client", at: 2, read: [client] },
    { named: "what holds the client", at: 3, read: [busy] },
    { named: "nothing", at: undefined, read: [busy, account, client, key] },
  ])("is what may be otherwise when the service names $named", async ({ at, read }) => {
    world.clientsTable.forget();
    world.clientsTable.nextTransact(async () => ({
      done: false,
      ...(at !== undefined && { at }),
    }));

    expect((await addSecret(world, world.aSecret({ idempotency: THE_REQUEST }))).ok).toBe(true);

    const [, ...calls] = world.clientsTable.calls.join(",").split(/(?<=transact),/);
    expect(calls[0]?.split(",")).toEqual([...read, "transact"]);
  });
});

test("the check is asked anew only for a client that has changed", async () => {
  const asked: number[] = [];
  world.clientsTable.nextTransact(async () => ({ done: false, at: 0 }));
  world.clientsTable.nextTransact(async () => {
    const found = await world.records.client("contoso", world.client.id);
    await world.records.save({ ...world.client, revision: 5 }, found?.version ?? "");
    return { done: false, at: 1 };
  });

  const admission = await admit(world, {
    subscription: "contoso",
    operation: { kind: "rename", clientId: world.client.id, displayName: "New" },
    by: world.own.by,
    forbids: async ({ revision }) => {
      asked.push(revision);
      return undefined;
    },
    remember: async () => () => undefined,
  });

  expect(admission.state).toBe("admitted");
  expect(asked).toEqual([1, 5]);
});

describe("what is left of a subscription's writes is noted", () => {
  async function noted(writesPerMinute: number, work = 1): Promise<readonly Rate[]> {
    const observation = newObservation();
    const limits = { maxClients: 3, writesPerMinute, maxDeleted: 100 };
    await observe(observation, async () => {
      for (let times = 0; times < work; times += 1)
        await createClient({ ...world, limits }, { ...ANOTHER, subscription: "fabrikam" });
    });
    return observation.rates;
  }
  const secondsLeft = () => 60 - (Math.floor(world.runtime.now().getTime() / 1000) % 60);

  test("with each change, until the minute is over", async () => {
    const resetSeconds = secondsLeft();

    expect(await noted(5)).toEqual([{ policy: "writes", limit: 5, remaining: 4, resetSeconds }]);
  });

  test("as nothing when it is used up, and as what it is when something else refuses", async () => {
    expect((await noted(2, 3)).at(-1)).toMatchObject({ limit: 2, remaining: 0 });
    world.runtime.pass(60_000);
    // Two clients by now; the third one takes the last place.
    expect((await noted(9, 2)).at(-1)).toMatchObject({ limit: 9, remaining: 8 });
  });

  test("of no change that is not charged", async () => {
    await world.delete();
    const observation = newObservation();

    const purged = await observe(observation, () =>
      purgeClient(world, { subscription: "contoso", clientId: world.client.id, by: OLGA }),
    );

    expect(purged.ok).toBe(true);
    expect(observation.rates).toEqual([]);
  });
});
