import { beforeEach, describe, expect, test } from "vitest";
import { DAY_MS, dayOf } from "../../../shared/base/day.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { sharedLine } from "../../../shared/operations/admission/shared-turn.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { creates, ROOM, reasons, together, waiting } from "../../support/burst.ts";
import { ANOTHER, type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { placesOf, underWay } from "../../support/product.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

describe("a transaction of several", () => {
  test("whose answer was lost is found to be done by each of them, and counted once", async () => {
    const before = await world.writes();
    world.clientsTable.nextTransact(async (perform) => {
      await perform();
      await world.chargeElsewhere();
      return { done: false, at: 0 };
    });

    const answers = await together(world, () => creates(world, 4));

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

      const begun = await waiting(world, () => creates(world, 3));
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

    const begun = await waiting(world, () => creates(world, 2));
    const errors = await Promise.all(begun.map(failure));

    for (const error of errors) expect(error).toMatchObject({ executed: "unknown" });
    expect(await underWay(world)).toHaveLength(2);
  });

  test("that was refused, and then all of it by the account, leaves nothing behind", async () => {
    world.clientsTable.nextTransact(async (perform) => {
      await createClient({ ...world, line: sharedLine() }, ANOTHER);
      return perform();
    });

    const answers = await together(world, () => creates(world, 2, { ...ROOM, maxClients: 2 }));

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

    const begun = await waiting(world, () => creates(world, 2));
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

    expect(reasons(await together(world, () => creates(world, 5)))).not.toContain("rate-limited");
    expect((await world.create()).ok).toBe(true);

    expect(days).toEqual([`contoso ${dayOf(world.runtime.now())}`]);
  });
});
