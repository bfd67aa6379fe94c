import { beforeAll, describe, expect, test } from "vitest";
import type { ClientEvent } from "../../../shared/events/client-event.ts";
import type { ConsentLook } from "../../../shared/events/consent-look.ts";
import type { ConsentRequested } from "../../../shared/events/consent-requested.ts";
import { NOON, newId } from "../../support/samples.ts";
import { type BusTarget, busTargets } from "./targets.ts";

describe.each(busTargets)("The bus $name", ({ open }) => {
  let bus: Awaited<ReturnType<BusTarget["open"]>>;
  beforeAll(async () => {
    bus = await open();
  });

  const aRequest = (): ConsentRequested => ({
    type: "consent.requested",
    version: 1,
    operationId: newId(),
    clientId: newId(),
    subscription: "contoso/Ä",
    requestedBy: "Ann ✓",
  });
  const aLook = (): ConsentLook => ({
    type: "consent.look",
    version: 1,
    operationId: newId(),
    clientId: newId(),
  });
  const anEvent = (type: ClientEvent["type"]): ClientEvent => ({
    id: newId(),
    type,
    time: NOON.toISOString(),
    clientId: newId(),
    subscription: "contoso",
    data: { displayName: "Ä client ✓", slaHours: 24 },
  });
  /** Whole seconds, as far ahead as the SLA of the next day. */
  const tomorrow = new Date(Math.floor(Date.now() / 1000) * 1000 + 86_400_000);

  test("is ready as often as it is asked", async () => {
    await bus.queue.ready();
    await bus.queue.ready();
  });

  test("brings a request for consent as it was sent, once for each operation", async () => {
    const message = aRequest();

    await bus.queue.sendRequested(message);
    await bus.queue.sendRequested(message);

    expect(await bus.queued(message.operationId)).toEqual([{ body: message }]);
  });

  test("keeps a look until its time, once for each time", async () => {
    const look = aLook();
    const dayAfter = new Date(tomorrow.getTime() + 86_400_000);

    await bus.queue.scheduleLook(look, tomorrow);
    await bus.queue.scheduleLook(look, tomorrow);
    await bus.queue.scheduleLook(look, dayAfter);

    expect(await bus.queued(look.operationId)).toEqual([
      { body: look, at: tomorrow },
      { body: look, at: dayAfter },
    ]);
  });

  test("counts how often a message is put off, next to the first one", async () => {
    const message = aRequest();
    await bus.queue.sendRequested(message);

    await bus.queue.putOff(message, tomorrow);
    await bus.queue.putOff(message, tomorrow);

    expect(await bus.queued(message.operationId)).toEqual([
      { body: message },
      { body: { ...message, attempt: 1 }, at: tomorrow },
    ]);
  });

  test("publishes a happening once, to everybody who follows all of them", async () => {
    const event = anEvent("client.renamed");

    await bus.events.publish(event);
    await bus.events.publish(event);

    expect(await bus.published(event.clientId, "all")).toEqual([event.id]);
    expect(await bus.published(event.clientId, "consent-decisions")).toEqual([]);
  });

  test.each(["consent.granted", "consent.rejected", "consent.revoked"] as const)(
    "publishes %s to those who follow decisions",
    async (type) => {
      const event = anEvent(type);

      await bus.events.publish(event);

      expect(await bus.published(event.clientId, "consent-decisions")).toEqual([event.id]);
    },
  );
});
