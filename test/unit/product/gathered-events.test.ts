import { expect, test } from "vitest";
import { BusRefused } from "../../../shared/adapters/bus/bus-refused.ts";
import { gatheredEvents } from "../../../shared/adapters/bus/gathered-events.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientEvent } from "../../../shared/events/client-event.ts";
import { NOON } from "../../support/samples.ts";

const anEvent = (id: string): ClientEvent => ({
  id,
  type: "client.deleted",
  time: NOON.toISOString(),
  clientId: "a client",
  subscription: "contoso",
  data: {},
});

function topic(fails: (ids: readonly string[]) => Error | undefined = () => undefined) {
  const transfers: (readonly string[])[] = [];
  const send = async (events: readonly ClientEvent[]): Promise<void> => {
    const ids = events.map(({ id }) => id);
    transfers.push(ids);
    const error = fails(ids);
    if (error) throw error;
  };
  const events = gatheredEvents({ publish: (event) => send([event]), publishAll: send });
  const publish = (...ids: string[]) =>
    Promise.allSettled(ids.map((id) => events.publish(anEvent(id))));
  return { events, publish, transfers };
}
const statuses = (came: readonly PromiseSettledResult<void>[]) => came.map(({ status }) => status);

test("what is told at once goes in one transfer, twenty at most", async () => {
  const { publish, transfers } = topic();
  const ids = Array.from({ length: 22 }, (_, at) => `${at}`);

  expect(new Set(statuses(await publish(...ids)))).toEqual(new Set(["fulfilled"]));

  expect(transfers).toEqual([ids.slice(0, 20), ids.slice(20)]);
});

test("what is told alone, or as one already, is sent as it is", async () => {
  const { events, publish, transfers } = topic();

  await publish("a");
  await events.publishAll([anEvent("b"), anEvent("c")]);

  expect(transfers).toEqual([["a"], ["b", "c"]]);
});

test("what the bus refuses together is sent one by one, and nobody else's refusal is one's own", async () => {
  const { publish, transfers } = topic((ids) =>
    ids.includes("too large") ? new Error("MessageSizeExceeded") : undefined,
  );

  const came = await publish("a", "too large", "b");

  expect(statuses(came)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(transfers).toEqual([["a", "too large", "b"], ["a"], ["too large"], ["b"]]);
});

test("what is too much for one transfer only together is sent one by one, and the one that is too large keeps its refusal", async () => {
  const tooLarge = new BusRefused("client-events", "too-large");
  const { publish, transfers } = topic((ids) =>
    ids.length > 1 || ids.includes("too large") ? tooLarge : undefined,
  );

  const came = await publish("a", "too large", "b");

  expect(statuses(came)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(came[1]).toEqual({ status: "rejected", reason: tooLarge });
  expect(transfers).toHaveLength(4);
});

test("an outage is everybody's, and nothing is sent again", async () => {
  const outage = new RemoteUnavailable("bus", { executed: "unknown" });
  const { publish, transfers } = topic(() => outage);

  const came = await publish("a", "b");

  for (const one of came) expect(one).toEqual({ status: "rejected", reason: outage });
  expect(transfers).toHaveLength(1);
});
