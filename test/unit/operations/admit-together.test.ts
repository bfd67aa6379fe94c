import { beforeEach, describe, expect, test } from "vitest";
import { DAY_MS, dayOf } from "../../../shared/base/day.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { clientEtag } from "../../../shared/clients/client.ts";
import { sharedLine } from "../../../shared/operations/admission/shared-turn.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { ANOTHER, type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { aClient, placesOf, underWay } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const ROOM = { maxClients: 100, writesPerMinute: 100, maxDeleted: 100 };

/** Begun while somebody else has the line, so that all of them wait when it is their turn. */
async function waiting<T>(begin: () => readonly Promise<T>[]): Promise<readonly Promise<T>[]> {
  const turn = await world.line.enter("contoso");
  const begun = begin();
  for (const one of begun) one.catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  turn.leave();
  return begun;
}
const together = async <T>(begin: () => readonly Promise<T>[]) => Promise.all(await waiting(begin));

const creates = (count: number, limits = ROOM) =>
  Array.from({ length: count }, () => createClient({ ...world, limits }, ANOTHER));
const renamed = (ids: readonly string[]) =>
  ids.map((clientId) =>
    renameClient(world, { subscription: "contoso", by: ANN, clientId, displayName: "New" }),
  );
const reasons = (answers: readonly Awaited<ReturnType<ClientWorld["create"]>>[]) =>
  answers.map((answer) => (answer.ok ? "done" : answer.refusal.reason));

describe("a burst of one subscription", () => {
  test("is admitted by one transaction, and each has a client of its own", async () => {
    const before = await world.writes();
    world.clientsTable.forget();

    const answers = await together(() => creates(20));

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
    const answers = await together(() => creates(6, { ...ROOM, maxClients: 4 }));

    const full = "client-limit-reached";
    expect(reasons(answers)).toEqual(["done", "done", "done", full, full, full]);
    expect(await placesOf(world)).toBe(4);
  });

  test("takes the changes that are left of a minute, and no more", async () => {
    const left = 3;
    const limits = { ...ROOM, writesPerMinute: (await world.writes()) + left };

    const answers = await together(() => creates(6, limits));

    const limited = "rate-limited";
    expect(reasons(answers)).toEqual(["done", "done", "done", limited, limited, limited]);
    expect(await world.writes()).toBe(limits.writesPerMinute);
  });

  test("all of which is refused leaves the line to who comes next", async () => {
    const answers = await together(() => creates(3, { ...ROOM, maxClients: 1 }));

    expect(new Set(reasons(answers))).toEqual(new Set(["client-limit-reached"]));
    expect((await world.create()).ok).toBe(true);
  });

  test("one of which has a key that was used holds up none of the others", async () => {
    const first = await world.create({ idempotency: THE_REQUEST });

    const [again, ...others] = await together(() => [
      world.create({ idempotency: THE_REQUEST }),
      ...creates(3),
      world.create({ idempotency: { ...THE_REQUEST, keyHash: "new" } }),
    ]);

    expect(again).toEqual({ ...first, replayed: true });
    expect(reasons(others)).toEqual(["done", "done", "done", "done"]);
    expect(await placesOf(world)).toBe(6);
    expect(await underWay(world)).toEqual([]);
  });

  test("with one key for all makes one client", async () => {
    const answers = await together(() =>
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

    const answers = await together(() => [
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

    const answers = await together(() => renamed([one.id, other.id]));

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

    const answers = await together(() => creates(3));
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

    const answers = together(() => creates(3));
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
    expect(reasons(await together(() => creates(3, limits)))).toEqual(["done", full, full]);
    expect(await placesOf(world)).toBe(3);
    expect(await underWay(world)).toEqual([]);
  });

  test("on two hosts at once is counted once each", async () => {
    const before = await world.writes();
    const other = { ...world, limits: ROOM, line: sharedLine() };

    const answers = await Promise.all([
      ...creates(8),
      ...Array.from({ length: 8 }, () => createClient(other, ANOTHER)),
    ]);

    expect(reasons(answers)).toEqual(answers.map(() => "done"));
    expect(await world.writes()).toBe(before + 16);
    expect(await placesOf(world)).toBe(17);
    expect(await underWay(world)).toEqual([]);
  });
});

describe("a transaction of several", () => {
  test("whose answer was lost is found to be done by each of them, and counted once", async () => {
    const before = await world.writes();
    world.clientsTable.nextTransact(async (perform) => {
      await perform();
      await world.chargeElsewhere();
      return { done: false, at: 0 };
    });

    const answers = await together(() => creates(4));

    expect(reasons(answers)).toEqual(["done", "done", "done", "done"]);
    expect(world.directory.all()).toHaveLength(5);
    // Theirs, and somebody else's.
    expect(await world.writes()).toBe(before + 5);
    expect(await underWay(world)).toEqual([]);
  });

  test.each([
    { executed: "no", places: 1, left: 0 },
    { executed: "unknown", places: 4, left: 3 },
  ] as const)(
    "that the records did not answer (executed: $executed) is an outage for each of them",
    async ({ executed, places, left }) => {
      world.clientsTable.nextTransact(async (perform) => {
        if (executed === "unknown") await perform();
        throw new RemoteUnavailable("records", { executed });
      });

      const begun = await waiting(() => creates(3));
      const errors = await Promise.all(begun.map(failure));

      for (const error of errors) expect(error).toMatchObject({ service: "records", executed });
      // Of what may have been done each is looked after; of what was not, nothing is left.
      expect(await placesOf(world)).toBe(places);
      expect(await underWay(world)).toHaveLength(left);
    },
  );

  test("is an outage of which each may have been done when the records fail before that is known", async () => {
    world.clientsTable.nextTransact(async (perform) => {
      await perform();
      await world.chargeElsewhere();
      return { done: false, at: 0 };
    });
    world.clientsTable.nextGet("busy:", async () => {
      throw new RemoteUnavailable("records", { executed: "no" });
    });

    const begun = await waiting(() => creates(2));
    const errors = await Promise.all(begun.map(failure));

    for (const error of errors) expect(error).toMatchObject({ executed: "unknown" });
    expect(await underWay(world)).toHaveLength(2);
  });

  test("that was refused, and then all of it by the account, leaves nothing behind", async () => {
    world.clientsTable.nextTransact(async (perform) => {
      await createClient({ ...world, line: sharedLine() }, ANOTHER);
      return perform();
    });

    const answers = await together(() => creates(2, { ...ROOM, maxClients: 2 }));

    expect(new Set(reasons(answers))).toEqual(new Set(["client-limit-reached"]));
    expect(await underWay(world)).toEqual([]);
    expect(await placesOf(world)).toBe(2);
  });

  test("is not begun when its day cannot be noted: nobody would find it on record", async () => {
    world.runtime.pass(DAY_MS);
    const { active } = world.journal;
    world.journal.active = async () => {
      throw new RemoteUnavailable("records", { executed: "unknown" });
    };

    const begun = await waiting(() => creates(2));
    const errors = await Promise.all(begun.map(failure));
    world.journal.active = active;

    for (const error of errors) expect(error).toMatchObject({ executed: "no" });
    expect(await underWay(world)).toEqual([]);
    expect((await world.create()).ok).toBe(true);
  });

  test("notes its day once", async () => {
    world.runtime.pass(DAY_MS);
    const days: string[] = [];
    const { active } = world.journal;
    world.journal.active = async (day, subscription) => {
      days.push(`${subscription} ${day}`);
      return active(day, subscription);
    };

    expect(reasons(await together(() => creates(5)))).not.toContain("rate-limited");
    expect((await world.create()).ok).toBe(true);

    expect(days).toEqual([`contoso ${dayOf(world.runtime.now())}`]);
  });
});
