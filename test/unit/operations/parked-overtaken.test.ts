import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import { purgeClient } from "../../../shared/operations/clients/purge-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { placesOf, underWay } from "../../support/product.ts";
import { ANN, OLGA } from "../../support/samples.ts";
import { setAsideForAWhile } from "../../support/set-aside.ts";

/** What was set aside is tried again when somebody has asked for something newer meanwhile, which has been done. */

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const UNDONE = { ok: true, value: "undone" };
const FINISHED = { ok: true, value: "finished" };
const MINUTE_MS = 60_000;

const setAside = (operation: Aside[1], step: Aside[2]) => setAsideForAWhile(world, operation, step);
type Aside = Parameters<typeof setAsideForAWhile>;

describe("a rename", () => {
  const rename = () =>
    setAside({ kind: "rename", clientId: world.client.id, displayName: "Older" }, "rename");

  test("does not take a newer name away", async () => {
    const retry = await rename();
    await world.rename("Newer");
    const told = world.told();

    expect(await retry()).toEqual(UNDONE);

    expect(await world.record()).toMatchObject({ displayName: "Newer" });
    expect(world.directory.all()).toMatchObject([{ displayName: "Newer" }]);
    expect(world.told().slice(told.length)).toEqual(["operation.retried"]);
    expect(await underWay(world)).toEqual([]);
  });

  test("nor where the row is from before it said when it was set aside", async () => {
    const retry = await rename();
    await world.rename("Newer");
    const { parked } = world.operations;
    Object.assign(world.operations, {
      parked: async (...asked: Parameters<typeof parked>) => {
        const held = await parked(...asked);
        const { parkedAt: _, ...entry } = held?.entry ?? {};
        return held && { ...held, entry };
      },
    });

    expect(await retry()).toEqual(UNDONE);

    expect(await world.record()).toMatchObject({ displayName: "Newer" });
  });

  test("is told of with a time after that of a restore since, which tells the older name", async () => {
    const retry = await rename();
    await world.delete();
    await restoreClient(world, { ...world.own, as: "customer" });

    expect(await retry()).toEqual(FINISHED);

    expect(world.directory.all()).toMatchObject([{ displayName: "Older" }]);
    const named = world.events.published.filter(({ data }) => data["displayName"] !== undefined);
    const byTime = named.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
    expect(byTime.at(-1)).toMatchObject({ type: "client.renamed", data: { displayName: "Older" } });
  });

  test("is made where nothing but something else, or of somebody else, has been changed", async () => {
    await world.rename("Old");
    const retry = await rename();
    await suspendClient(world, { ...world.own, by: OLGA, reason: "A leaked secret" });
    const other = await world.create();
    if (!other.ok) throw new Error(other.refusal.reason);

    expect(await retry()).toEqual(FINISHED);

    expect(await world.record()).toMatchObject({ displayName: "Older" });
  });
});

describe.each(["customer", "operator"] as const)("of a %s", (as) => {
  const by = as === "customer" ? ANN : OLGA;
  const suspend = (reason: string) => suspendClient(world, { ...world.own, by, as, reason });
  const resume = () => resumeClient(world, { ...world.own, by, as });
  const disabled = () => world.directory.all().map((one) => one.disabled);

  test("a stop does not stop what they have let go on since", async () => {
    const stop = { kind: "suspend", clientId: world.client.id, as, reason: "Wild" } as const;
    const retry = await setAside(stop, "setDisabled");
    await suspend("Wild");
    await resume();

    expect(await retry()).toEqual(UNDONE);

    expect(await world.record()).not.toHaveProperty("suspended");
    expect(disabled()).toEqual([false]);
  });

  test("nor does its end let go on what they have stopped since", async () => {
    await suspend("Wild");
    const resumption = { kind: "resume", clientId: world.client.id, as } as const;
    const retry = await setAside(resumption, "setDisabled");
    await resume();
    await suspend("Leaked");

    expect(await retry()).toEqual(UNDONE);

    expect(await world.record()).toMatchObject({ suspended: { reason: "Leaked" } });
    expect(disabled()).toEqual([true]);
  });
});

describe.each([
  ["customer", "operator"],
  ["operator", "customer"],
] as const)("a stop by the %s", (as, other) => {
  const others = { by: other === "customer" ? ANN : OLGA, as: other };

  test.each([false, true])(
    `is made although the ${other}'s was made since (and ended: %s), as each ends their own`,
    async (goesOn) => {
      const stop = { kind: "suspend", clientId: world.client.id, as, reason: "Leaked" } as const;
      const retry = await setAside(stop, "setDisabled");
      await suspendClient(world, { ...world.own, ...others, reason: "Wild" });
      if (goesOn) await resumeClient(world, { ...world.own, ...others });

      const told = world.told();

      expect(await retry()).toEqual(FINISHED);

      // An operator's that stands lies over its customer's, and is what everybody knows of.
      const isBeneath = as === "customer" && !goesOn;
      const own = { by: as, reason: "Leaked" };
      const covered = { by: other, reason: "Wild", over: { reason: "Leaked" } };
      expect(await world.record()).toMatchObject({ suspended: isBeneath ? covered : own });
      expect(world.told().slice(told.length)).toEqual(["operation.retried", "client.suspended"]);
      const inForce = isBeneath ? { by: other, reason: "Wild" } : own;
      expect(world.events.published.at(-1)).toMatchObject({ data: inForce });
      expect(world.directory.all()).toMatchObject([{ disabled: true }]);
    },
  );
});

describe("of a deleted client", () => {
  beforeEach(async () => {
    await world.delete();
    world.runtime.pass(MINUTE_MS);
  });
  const back = () => restoreClient(world, { ...world.own, as: "customer" });
  const deleteAnew = async () => {
    await back();
    world.runtime.pass(MINUTE_MS);
    expect(await world.delete()).toMatchObject({ ok: true });
  };

  test("a restore does not bring back what was deleted anew", async () => {
    const retry = await setAside({ kind: "restore", clientId: world.client.id }, "restore");
    await deleteAnew();

    expect(await retry()).toEqual(UNDONE);

    expect(world.directory.all()).toEqual([]);
    expect(await world.record()).toBeUndefined();
    expect(await placesOf(world)).toBe(0);
  });

  test("nor does a purge take for good what was deleted anew", async () => {
    const retry = await setAside({ kind: "purge", clientId: world.client.id }, "purge");
    await deleteAnew();

    expect(await retry()).toEqual(UNDONE);

    expect(await back()).toMatchObject({ ok: true });
  });

  test.each([false, true])(
    "a restore brings a client back stopped, where its subscription has been stopped since (a stop of its own: %s)",
    async (own) => {
      if (own) {
        await back();
        await suspendClient(world, { ...world.own, as: "customer", reason: "Wild" });
        await world.delete();
      }
      const retry = await setAside({ kind: "restore", clientId: world.client.id }, "restore");
      const all = { kind: "suspend-subscription", subscription: "contoso", by: OLGA } as const;
      const { operationId } = await beginRun(world, { ...all, reason: "Not paid" });

      expect(await retry()).toEqual(FINISHED);

      expect(world.directory.all()).toMatchObject([{ disabled: true }]);
      const suspended = own
        ? { by: "customer", reason: "Wild" }
        : { by: "operator", reason: "Not paid", withSubscription: operationId };
      expect(await world.record()).toMatchObject({ suspended });
    },
  );

  test("and waits where a replica that is late does not know it yet: nobody would stop it later", async () => {
    const retry = await setAside({ kind: "restore", clientId: world.client.id }, "restore");
    const all = { kind: "suspend-subscription", subscription: "contoso", by: OLGA } as const;
    await beginRun(world, { ...all, reason: "Not paid" });
    const { setDisabled } = world.directory;
    world.directory.setDisabled = async (_id, _disabled, { createdAt }) =>
      world.runtime.now().getTime() - createdAt.getTime() < LATE_FOR_MS
        ? { kind: "not-now", retryAfterSeconds: 1, throttled: false }
        : { kind: "refused", refusal: { reason: "absent" } };
    await expect(retry()).rejects.toThrow(RemoteUnavailable);
    world.directory.setDisabled = setDisabled;
    const held = await world.operations.underWay("contoso", world.client.id);
    if (!held) throw new Error("The restore is not under way");

    expect(await world.settle(held)).toBe("finished");

    expect(world.directory.all()).toMatchObject([{ disabled: true }]);
    expect(await world.record()).toMatchObject({ suspended: { reason: "Not paid" } });
  });

  test.each(["restore", "purge"] as const)(
    "a %s is made where it is the same still",
    async (kind) => {
      const retry = await setAside({ kind, clientId: world.client.id }, kind);

      expect(await retry()).toEqual(FINISHED);

      expect(world.directory.all()).toHaveLength(kind === "restore" ? 1 : 0);
      expect(await purgeClient(world, world.own)).toMatchObject({ ok: false });
    },
  );
});
