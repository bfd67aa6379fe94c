import { beforeEach, describe, expect, test } from "vitest";
import { KEY_LIFETIME_MS } from "../../../shared/operations/admission/key.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { abandoned, RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { ANN, OLGA } from "../../support/samples.ts";

/** What customers stop of their own, and what of it is theirs to undo. */

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const reason = "A leaked secret";
const own = () => ({
  ...{ subscription: "contoso", clientId: world.client.id },
  ...{ by: ANN, as: "customer" as const },
});
const idempotency = THE_REQUEST;
const operators = () => ({ subscription: "contoso", clientId: world.client.id, by: OLGA });
const told = () => world.events.published.map(({ type, data }) => [type, data["by"]]);
const stoppedByOperator = (because = reason) => ({
  ok: false,
  refusal: { reason: "stopped-by-operator", because },
});

describe("a client that its customer has stopped", () => {
  test("gets no tokens and no secret until the customer resumes it, and both are told of", async () => {
    expect(await suspendClient(world, { ...own(), reason })).toMatchObject({ ok: true });
    const at = world.runtime.now();
    expect(await world.record()).toEqual({
      ...world.client,
      revision: 2,
      suspended: { by: "customer", reason, at },
    });
    expect(world.directory.all()).toMatchObject([{ disabled: true }]);
    const secret = { ...own(), displayName: "A", lifetimeDays: 1 };
    expect(await addSecret(world, secret)).toMatchObject({
      refusal: { reason: "client-suspended", because: reason },
    });

    expect(await resumeClient(world, own())).toMatchObject({ ok: true });

    expect(await world.record()).toEqual({ ...world.client, revision: 3 });
    expect(world.directory.all()).toMatchObject([{ disabled: false }]);
    expect(told()).toEqual([
      ["client.suspended", "customer"],
      ["client.resumed", "customer"],
    ]);
  });

  test("is as it was when it is stopped or let go on a second time, and nobody is told again", async () => {
    await resumeClient(world, own());
    expect(await world.record()).toEqual(world.client);
    await suspendClient(world, { ...own(), reason });
    const first = await world.record();
    world.runtime.pass(60_000);

    expect(await suspendClient(world, { ...own(), reason })).toEqual({ ok: true, value: first });

    expect(told()).toEqual([["client.suspended", "customer"]]);
    expect(await suspendClient(world, { ...own(), reason: "Another" })).toMatchObject({
      value: { revision: 3, suspended: { reason: "Another" } },
    });
  });

  test("is counted against the customer's changes, as an operator's is not", async () => {
    const writes = async () => (await world.operations.account("contoso")).account.writes;
    const before = await writes();

    await suspendClient(world, { ...own(), reason });
    await resumeClient(world, own());

    expect(await writes()).toBe(before + 2);
  });

  test("is stopped only as it was seen", async () => {
    const stale = { ...own(), reason, ifMatch: `"${world.client.id}.7"` };
    expect(await suspendClient(world, stale)).toMatchObject({
      refusal: { reason: "precondition-failed" },
    });
    expect(world.directory.all()).toMatchObject([{ disabled: false }]);
  });

  test("may be stopped by an operator as well, and is then no longer the customer's to resume", async () => {
    await suspendClient(world, { ...own(), reason: "Mine" });
    await suspendClient(world, { ...operators(), reason });

    expect(await resumeClient(world, own())).toEqual(stoppedByOperator());
    expect(await suspendClient(world, { ...own(), reason: "Mine" })).toEqual(stoppedByOperator());
    expect(await world.record()).toMatchObject({ suspended: { by: "operator", reason } });
  });

  test("stays stopped when operators end the stop that they have laid over it, until its customer lets it go on", async () => {
    const at = world.runtime.now();
    const mine = { by: "customer", reason: "Mine", at };
    await suspendClient(world, { ...own(), reason: "Mine" });
    world.runtime.pass(60_000);
    await suspendClient(world, { ...operators(), reason });
    await suspendClient(world, { ...operators(), reason: "Another" });
    expect(await world.record()).toMatchObject({ suspended: { reason: "Another", over: {} } });
    world.runtime.pass(60_000);

    await resumeClient(world, operators());

    expect(await world.record()).toMatchObject({ revision: 5, suspended: mine });
    expect((await world.record())?.suspended).toEqual(mine);
    expect(world.directory.all()).toMatchObject([{ disabled: true }]);
    expect(world.told()).not.toContain("client.resumed");
    expect(world.events.published.at(-1)).toMatchObject({
      ...{ type: "client.suspended", data: { by: "customer", reason: "Mine" } },
    });
    const { entries } = await world.activity.activity("contoso", {}, 2);
    expect(entries.map(({ action }) => action).toSorted()).toEqual([
      ...["client.resumed", "client.suspended"],
    ]);
    expect(world.checks.waiting.at(-1)?.body).toMatchObject({
      ...{ type: "stop.notice", action: "client.resumed", reason: "Mine" },
    });
    expect(await resumeClient(world, own())).toMatchObject({ ok: true });
    expect(world.directory.all()).toMatchObject([{ disabled: false }]);
  });

  test("is none of the operators' to let go on: nothing is changed, and nobody told", async () => {
    await suspendClient(world, { ...own(), reason });
    const before = await world.record();

    expect(await resumeClient(world, operators())).toEqual({ ok: true, value: before });

    expect(world.directory.all()).toMatchObject([{ disabled: true }]);
    expect(told()).toEqual([["client.suspended", "customer"]]);
  });

  test("stays stopped though the host of the operators' resume has died", async () => {
    await suspendClient(world, { ...own(), reason: "Mine" });
    await suspendClient(world, { ...operators(), reason });
    const held = await abandoned(world, { kind: "resume", clientId: world.client.id });

    expect(await world.settle(held)).toBe("finished");

    expect(await world.record()).toMatchObject({ suspended: { by: "customer", reason: "Mine" } });
    expect(world.directory.all()).toMatchObject([{ disabled: true }]);
  });

  test("cannot be resumed while operators stop the whole subscription, nor be made their own", async () => {
    await suspendClient(world, { ...own(), reason: "Mine" });
    await beginRun(world, {
      ...{ kind: "suspend-subscription", subscription: "contoso" },
      ...{ by: OLGA, reason: "Not paid" },
    });

    expect(await resumeClient(world, own())).toEqual(stoppedByOperator("Not paid"));
    const again = suspendClient(world, { ...own(), reason: "Another" });
    expect(await again).toEqual(stoppedByOperator("Not paid"));
  });
});

describe("asked for again under its key", () => {
  const ask = () => ({ ...own(), reason, idempotency });

  test("a stop is answered with the client as it is by then, and is not made again", async () => {
    await suspendClient(world, ask());
    await resumeClient(world, own());
    const now = await world.record();

    expect(await suspendClient(world, ask())).toEqual({ ok: true, value: now, replayed: true });
    expect(world.directory.all()).toMatchObject([{ disabled: false }]);
    const other = { ...ask(), idempotency: { ...idempotency, fingerprint: "another" } };
    expect(await suspendClient(world, other)).toEqual({
      ok: false,
      refusal: { reason: "idempotency-key-reused" },
    });
  });

  test("bound to what the caller saw it is answered so too, though the first one has changed that", async () => {
    const ifMatch = `"${world.client.id}.1"`;
    const first = await suspendClient(world, { ...ask(), ifMatch });
    expect(first).toMatchObject({ ok: true, value: { revision: 2 } });

    expect(await suspendClient(world, { ...ask(), ifMatch })).toEqual({ ...first, replayed: true });

    world.runtime.pass(KEY_LIFETIME_MS);
    expect(await suspendClient(world, { ...ask(), ifMatch })).toMatchObject({
      refusal: { reason: "precondition-failed" },
    });
  });

  test("a stop that its host has left is ended, and its answer kept", async () => {
    await abandoned(world, {
      ...{ kind: "suspend", clientId: world.client.id, reason },
      ...{ as: "customer", keyHash: "key" },
    });
    expect(await suspendClient(world, ask())).toMatchObject({
      refusal: { reason: "request-in-progress" },
    });
    expect(await underWay(world)).toEqual([]);

    expect(await suspendClient(world, ask())).toMatchObject({ ok: true, replayed: true });
    expect(told()).toEqual([["client.suspended", "customer"]]);
  });

  test("what the directory has refused is free to be asked anew, by whoever ended it", async () => {
    const refusal = { kind: "refused", refusal: { reason: "not-ours" } } as const;
    world.directory.answerNext("setDisabled", refusal);
    expect(await suspendClient(world, ask())).toMatchObject({
      refusal: { reason: "client-not-managed" },
    });
    expect(await world.operations.key("contoso", "key")).toBeUndefined();

    world.directory.answerNext("setDisabled", refusal);
    const what = { kind: "suspend", clientId: world.client.id, reason } as const;
    const held = await abandoned(world, { ...what, as: "customer", keyHash: "key" }, { turn: 1 });
    world.runtime.pass(RECONCILE_AFTER_MS);
    expect(await world.settle(held)).toBe("undone");
    expect(await world.operations.key("contoso", "key")).toBeUndefined();
    expect(await world.record()).toEqual(world.client);
  });
});
