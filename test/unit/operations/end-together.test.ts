import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { Turn } from "../../../shared/operations/admission/line.ts";
import type { SharedLine } from "../../../shared/operations/admission/shared-turn.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { ROOM } from "../../support/burst.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { dying, type Moment } from "../../support/dying.ts";
import {
  aClient,
  placesOf,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

/** Ends that count on one account: of deletes, all of one subscription. */

let world: ClientWorld;
let clients: ClientRecord[];

async function begin(count: number): Promise<void> {
  world = await clientWorld(testProduct(ROOM));
  clients = [];
  for (let at = 0; at < count; at += 1) clients.push(await aClient(world));
  world.clientsTable.forget();
}
beforeEach(() => begin(4));

/** A line in which ends wait until all of them are there; `allThere` runs then. */
function waitingLine(line: SharedLine, allThere: () => Promise<void>): SharedLine {
  let turn: Promise<Turn> | undefined;
  let waiting = 0;
  return {
    ...line,
    end: async (...asked) => {
      turn ??= line.enter("contoso");
      const ended = line.end(...asked);
      ended.catch(() => undefined);
      waiting += 1;
      if (waiting === clients.length) {
        await allThere();
        (await turn).leave();
      }
      return ended;
    },
  };
}
/** All of them, by one process; their ends wait for each other. */
const deleteAll = (
  product: TestProduct = world,
  allThere: () => Promise<void> = async () => world.clientsTable.forget(),
) => {
  const line = waitingLine(product.line, allThere);
  return clients.map(({ id: clientId }) =>
    deleteClient({ ...product, line }, { subscription: "contoso", by: ANN, clientId }),
  );
};
const DONE = { ok: true, value: undefined };
const transactions = () => world.clientsTable.calls.filter((call) => call === "transact");

/** The one client of the world is left, and what was deleted is counted once. */
async function allHaveGone(): Promise<void> {
  const { records } = await world.records.list("contoso", 100);
  expect(records.map(({ id }) => id)).toEqual([world.client.id]);
  expect(await underWay(world)).toEqual([]);
  expect([await placesOf(world), await world.countedDeleted()]).toEqual([1, clients.length]);
}

describe("those who wait to end", () => {
  test("end by one transaction, each counted once", async () => {
    expect(await Promise.all(deleteAll())).toEqual(clients.map(() => DONE));

    expect(world.clientsTable.calls).toEqual(["transact"]);
    await allHaveGone();
  });

  test("hand the account to whoever comes next, who does not read it", async () => {
    let next: Promise<Turn> | undefined;
    await Promise.all(
      deleteAll(world, async () => {
        next = world.line.enter("contoso");
      }),
    );

    const turn = await next;
    turn?.leave();
    expect(turn?.known).toEqual(await world.operations.account("contoso"));
  });

  test("in more rows than a transaction has need a second one", async () => {
    await begin(17);

    await Promise.all(deleteAll());

    expect(transactions()).toHaveLength(2);
    await allHaveGone();
  });

  test("and who wants to be admitted meanwhile have turns of their own", async () => {
    let created: ReturnType<ClientWorld["create"]> | undefined;
    await Promise.all(
      deleteAll(world, async () => {
        created = world.create();
      }),
    );

    expect(await created).toMatchObject({ ok: true });
    expect(await placesOf(world)).toBe(2);
    expect(await world.countedDeleted()).toBe(clients.length);
  });
});

describe("one that is in the way", () => {
  test("holds up none of the others: each finds out alone", async () => {
    const [first] = clients;
    const [lost, ...others] = await Promise.allSettled(
      deleteAll(world, async () => {
        // Somebody takes the first one over while it waits for its turn.
        const held = await world.operations.underWay("contoso", first?.id ?? "");
        if (held) await world.operations.take(held, world.runtime.now());
      }),
    );

    expect(lost).toMatchObject({ status: "rejected", reason: { executed: "unknown" } });
    for (const other of others) expect(other).toEqual({ status: "fulfilled", value: DONE });
    const [left] = await world.operations.allUnderWay("contoso");
    expect(left && (await world.settle(left))).toBe("finished");
    await allHaveGone();
  });

  test("because another host has changed the account has each counted anew", async () => {
    const handedOn: unknown[] = [];
    const answers = deleteAll(world, async () => {
      await world.chargeElsewhere();
      void world.line.enter("contoso").then((next) => {
        handedOn.push(next.known);
        next.leave();
      });
    });

    expect(await Promise.all(answers)).toEqual(clients.map(() => DONE));
    // What it is now nobody knew.
    expect(handedOn).toEqual([undefined]);

    await allHaveGone();
  });
});

test("an outage is everybody's, and what was done is found done", async () => {
  const answers = deleteAll(world, async () =>
    world.clientsTable.nextTransact(async (perform) => {
      await perform();
      throw new RemoteUnavailable("records", { executed: "unknown" });
    }),
  );

  for (const answer of await Promise.allSettled(answers))
    expect(answer).toMatchObject({
      status: "rejected",
      reason: { service: "records", executed: "unknown" },
    });

  await allHaveGone();
});

test.each<Moment>(["before", "after"])(
  "a process that dies %s any of its calls leaves each delete done or not begun",
  async (moment) => {
    let kills = 0;
    let together = 0;
    for (let at = 1; ; at += 1) {
      await begin(3);
      const { endAll } = world.operations;
      world.operations.endAll = (account, endings) => {
        together += 1;
        return endAll(account, endings);
      };
      const { process, death } = dying(world, at, moment);
      const ended = await Promise.race([Promise.all(deleteAll(process)), death]);

      for (let times = 0; times < 3; times += 1) {
        world.runtime.pass(RECONCILE_AFTER_MS);
        for (const held of await world.operations.allUnderWay("contoso")) await world.settle(held);
      }

      const { records } = await world.records.list("contoso", 100);
      const onRecord = records.map(({ id }) => id);
      expect(
        world.directory
          .all()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(onRecord);
      expect(await underWay(world)).toEqual([]);
      const gone = clients.filter(({ id }) => !onRecord.includes(id)).length;
      expect([await placesOf(world), await world.countedDeleted()]).toEqual([4 - gone, gone]);
      if (ended !== "died") break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(15);
    // It is the last of their calls: whoever died earlier did not come to it.
    expect(together).toBeGreaterThan(0);
  },
);
