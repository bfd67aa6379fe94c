import { expect, test } from "vitest";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { subscriptionLine } from "../../../shared/operations/admission/line.ts";
import type { VersionedAccount } from "../../../shared/operations/admission/ports.ts";
import { failure } from "../../support/failure.ts";

const accountOf = (writes: number): VersionedAccount => ({
  account: { subscription: "contoso", clients: 0, minute: 0, writes },
  version: `v${writes}`,
});

test("whoever came first goes first, and hands the account on to the next", async () => {
  const line = subscriptionLine();
  const order: number[] = [];
  const seen: (number | undefined)[] = [];
  const visit = async (who: number): Promise<void> => {
    const turn = await line.enter("contoso");
    order.push(who);
    seen.push(turn.known?.account.writes);
    await Promise.resolve();
    turn.leave(accountOf(who));
  };

  await Promise.all([1, 2, 3, 4].map(visit));

  expect(order).toEqual([1, 2, 3, 4]);
  expect(seen).toEqual([undefined, 1, 2, 3]);
});

test("nothing is handed on by who does not know the account, nor to who comes when the line is empty", async () => {
  const line = subscriptionLine();
  const first = await line.enter("contoso");
  const second = line.enter("contoso");
  first.leave();
  const turn = await second;
  turn.leave(accountOf(1));

  expect(turn.known).toBeUndefined();
  expect((await line.enter("contoso")).known).toBeUndefined();
});

test("who leaves twice lets one in", async () => {
  const line = subscriptionLine();
  const first = await line.enter("contoso");
  const second = line.enter("contoso");
  let entered = false;
  const third = line.enter("contoso").then(() => {
    entered = true;
  });

  first.leave(accountOf(1));
  first.leave(accountOf(2));

  expect((await second).known).toEqual(accountOf(1));
  await new Promise((resolve) => setImmediate(resolve));
  expect(entered).toBe(false);
  // Left waiting, it would fail when its time is over, in whatever file runs by then.
  (await second).leave();
  await third;
  expect(entered).toBe(true);
});

test("one subscription does not wait for another", async () => {
  const line = subscriptionLine();
  await line.enter("contoso");

  expect((await line.enter("fabrikam")).known).toBeUndefined();
});

test("who waits longer than their time is out of the line, and those behind come in as before", async () => {
  const line = subscriptionLine();
  const first = await line.enter("contoso");
  const impatient = failure(withDeadline(10, () => line.enter("contoso")));
  const patient = line.enter("contoso");

  const error = await impatient;
  first.leave(accountOf(1));

  expect(error).toMatchObject({ service: "records", executed: "no", retryAfterSeconds: 1 });
  expect((await patient).known).toEqual(accountOf(1));
});
