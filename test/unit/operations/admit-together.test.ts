import { beforeEach, describe, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { clientEtag } from "../../../shared/clients/client.ts";
import { sharedLine } from "../../../shared/operations/admission/shared-turn.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { creates, ROOM, reasons, together } from "../../support/burst.ts";
import { ANOTHER, type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { aClient, placesOf, underWay } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const renamed = (ids: readonly string[]) =>
  ids.map((clientId) =>
    renameClient(world, { subscription: "contoso", by: ANN, clientId, displayName: "New" }),
  );
describe("a burst of one subscription", () => {
  test("is admitted by one transaction, and each has a client of its own", async () => {
    const before = await world.writes();
    world.clientsTable.forget();

    const answers = await together(world, () => creates(world, 20));

    expect(reasons(answers)).toEqual(answers.map(() => "done"));
    const ids = new Set(answers.map((answer) => answer.ok && answer.value.id));
    expect(ids.size).toBe(20);
    expect(await placesOf(world)).toBe(21);
    expect(await world.writes()).toBe(before + 20);
    expect(await underWay(world)).toEqual([]);
    // Each is ended by its own.
    expect(world.clientsTable.calls.filter((call) => call === "transact")).toHaveLength(1 + 20);
  });

  test("takes the places that are left, whoever comes first, and no more", async () => {
    const answers = await together(world, () => creates(world, 6, { ...ROOM, maxClients: 4 }));

    const full = "client-limit-reached";
    expect(reasons(answers)).toEqual(["done", "done", "done", full, full, full]);
    expect(await placesOf(world)).toBe(4);
  });

  test("has what is left of the minute noted for each, as it is after their own", async () => {
    const limits = { ...ROOM, writesPerMinute: (await world.writes()) + 3 };
    const observations = Array.from({ length: 3 }, newObservation);

    await together(world, () =>
      observations.map((one) => observe(one, () => createClient({ ...world, limits }, ANOTHER))),
    );

    expect(observations.map(({ rates }) => rates.at(-1)?.remaining)).toEqual([2, 1, 0]);
  });

  test("takes the changes that are left of a minute, and no more", async () => {
    const left = 3;
    const limits = { ...ROOM, writesPerMinute: (await world.writes()) + left };

    const answers = await together(world, () => creates(world, 6, limits));

    const limited = "rate-limited";
    expect(reasons(answers)).toEqual(["done", "done", "done", limited, limited, limited]);
    expect(await world.writes()).toBe(limits.writesPerMinute);
  });

  test("all of which is refused leaves the line to who comes next", async () => {
    const answers = await together(world, () => creates(world, 3, { ...ROOM, maxClients: 1 }));

    expect(new Set(reasons(answers))).toEqual(new Set(["client-limit-reached"]));
    expect((await world.create()).ok).toBe(true);
  });

  test("one of which has a key that was used holds up none of the others", async () => {
    const first = await world.create({ idempotency: THE_REQUEST });

    const [again, ...others] = await together(world, () => [
      world.create({ idempotency: THE_REQUEST }),
      ...creates(world, 3),
      world.create({ idempotency: { ...THE_REQUEST, keyHash: "new" } }),
    ]);

    expect(again).toEqual({ ...first, replayed: true });
    expect(reasons(others)).toEqual(["done", "done", "done", "done"]);
    expect(await placesOf(world)).toBe(6);
    expect(await underWay(world)).toEqual([]);
  });

  test("with one key for all makes one client", async () => {
    const answers = await together(world, () =>
      Array.from({ length: 4 }, () => world.create({ idempotency: THE_REQUEST })),
    );

    expect(answers.map((answer) => answer.ok && answer.value)).toEqual(
      answers.map(() => answers[0]?.ok && answers[0].value),
    );
    expect(answers.filter((answer) => "replayed" in answer)).toHaveLength(3);
    expect(world.directory.all()).toHaveLength(2);
  });

  test("of changes admits those whose client is as its caller saw it", async () => {
    const others = [await aClient(world), await aClient(world), await aClient(world)];
    const stale = clientEtag({ ...world.client, revision: 7 });

    const answers = await together(world, () => [
      world.rename("Stale", stale),
      ...renamed(others.map(({ id }) => id)),
    ]);

    expect(answers.map((answer) => (answer.ok ? "done" : answer.refusal.reason))).toEqual([
      "precondition-failed",
      "done",
      "done",
      "done",
    ]);
  });

  test("that met a client which somebody has changed meanwhile is admitted as a whole after all", async () => {
    const [one, other] = [await aClient(world), await aClient(world)];
    const before = await world.writes();
    world.clientsTable.nextTransact(async (perform) => {
      const found = await world.records.client("contoso", other.id);
      await world.records.save({ ...other, revision: 5 }, found?.version ?? "");
      const answer = await perform();
      // Account and lock of the first, then the client of the second.
      expect(answer).toEqual({ done: false, at: 3 });
      expect(await underWay(world)).toEqual([]);
      return answer;
    });

    const answers = await together(world, () => renamed([one.id, other.id]));

    expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
    expect((await world.records.client("contoso", other.id))?.record.revision).toBe(6);
    expect(await world.writes()).toBe(before + 2);
    expect(await underWay(world)).toEqual([]);
  });

  test("that met another host's change is admitted on the account as that left it, read once for all", async () => {
    const before = await world.writes();
    world.clientsTable.nextTransact(async (perform) => {
      await world.chargeElsewhere();
      return perform();
    });
    world.clientsTable.forget();

    const answers = await together(world, () => creates(world, 3));
    const reads = world.clientsTable.calls.filter((call) => call.startsWith("get"));

    expect(reasons(answers)).toEqual(["done", "done", "done"]);
    // One for each to begin with, and one round for all of them.
    const [account, busy] = ["get account", "get busy:"];
    expect(reads).toEqual([account, account, account, busy, account]);
    expect(await world.writes()).toBe(before + 4);
    expect(await placesOf(world)).toBe(4);
  });

  test("that other hosts are always faster than is no hot loop, and each has its own attempts after it", async () => {
    const before = await world.writes();
    for (let times = 0; times < 8; times += 1)
      world.clientsTable.nextTransact(async (perform) => {
        await world.chargeElsewhere();
        return perform();
      });

    const answers = together(world, () => creates(world, 3));
    expect(reasons(await answers)).toEqual(["done", "done", "done"]);
    expect(await world.writes()).toBe(before + 8 + 3);
  });

  test("whose account has changed is counted anew: who had no room before has it, and the other way round", async () => {
    const limits = { ...ROOM, maxClients: 3 };
    world.clientsTable.nextTransact(async (perform) => {
      await createClient({ ...world, line: sharedLine() }, ANOTHER);
      return perform();
    });

    const full = "client-limit-reached";
    expect(reasons(await together(world, () => creates(world, 3, limits)))).toEqual([
      "done",
      full,
      full,
    ]);
    expect(await placesOf(world)).toBe(3);
    expect(await underWay(world)).toEqual([]);
  });

  test("on two hosts at once is counted once each", async () => {
    const before = await world.writes();
    const other = { ...world, limits: ROOM, line: sharedLine() };

    const answers = await Promise.all([
      ...creates(world, 8),
      ...Array.from({ length: 8 }, () => createClient(other, ANOTHER)),
    ]);

    expect(reasons(answers)).toEqual(answers.map(() => "done"));
    expect(await world.writes()).toBe(before + 16);
    expect(await placesOf(world)).toBe(17);
    expect(await underWay(world)).toEqual([]);
  });
});
