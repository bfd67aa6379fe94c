import { beforeAll, describe, expect, test } from "vitest";
import type { ClientEvent } from "../../../shared/events/client-event.ts";
import type { ConsentLook } from "../../../shared/events/consent-look.ts";
import type { ConsentRequestedV2 } from "../../../shared/events/consent-requested.ts";
import type { OperationCheck } from "../../../shared/events/operation-check.ts";
import type { WebhookDelivery } from "../../../shared/events/webhook-delivery.ts";
import { NOON, newId } from "../../support/samples.ts";
import { type BusTarget, busTargets } from "./targets.ts";

describe.each(busTargets)("The bus $name", ({ open }) => {
  let bus: Awaited<ReturnType<BusTarget["open"]>>;
  beforeAll(async () => {
    bus = await open();
  });

  const aRequest = (): ConsentRequestedV2 => ({
    type: "consent.requested",
    version: 2,
    operationId: newId(),
    subscription: "contoso/Ä ✓",
    requestedAt: NOON.toISOString(),
  });
  const aCheck = (): OperationCheck => ({
    type: "operation.check",
    version: 1,
    operationId: newId(),
    subscription: "contoso/Ä ✓",
    clientId: newId(),
  });
  const aLook = (): ConsentLook => ({
    type: "consent.look",
    version: 1,
    operationId: newId(),
    clientId: newId(),
  });
  const decidedAt = NOON.toISOString();
  const DATA = {
    "client.created": { appId: newId(), displayName: "Ä client ✓" },
    "client.renamed": { displayName: "Ä client ✓" },
    "consent.granted": { decidedAt },
    "consent.rejected": { decidedAt, reason: "Not known ✗" },
    "consent.revoked": { decidedAt },
  };
  const anEvent = (type: keyof typeof DATA): ClientEvent & { readonly clientId: string } => ({
    id: newId(),
    type,
    time: NOON.toISOString(),
    clientId: newId(),
    subscription: "contoso",
    data: DATA[type],
  });
  /** Whole seconds, as far ahead as the SLA of the next day. */
  const tomorrow = new Date(Math.floor(Date.now() / 1000) * 1000 + 86_400_000);

  test("keeps each try of a webhook's event until its time, once", async () => {
    const { clientId, ...event } = anEvent("client.renamed");
    const first: WebhookDelivery = {
      type: "webhook.delivery",
      version: 1,
      event: { ...event, data: { clientId, ...event.data } },
      webhookId: newId(),
      attempt: 2,
      putOff: 0,
    };
    const others = [
      { ...first, attempt: 3 },
      { ...first, putOff: 1 },
      { ...first, webhookId: newId() },
    ];
    for (const delivery of [first, first, ...others])
      await bus.webhooks.schedule(delivery, tomorrow);

    const tries = await bus.tries(first.event.id);

    expect(tries).toEqual([first, ...others].map((delivery) => ({ delivery, at: tomorrow })));
  });

  test("is ready as often as it is asked", async () => {
    await bus.queue.ready();
    await bus.queue.ready();
  });

  test("keeps a request for consent until its time, once for each operation", async () => {
    const message = aRequest();

    await bus.queue.scheduleRequested(message, tomorrow);
    await bus.queue.scheduleRequested(message, tomorrow);

    expect(await bus.queued(message.operationId)).toEqual([{ body: message, at: tomorrow }]);
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
    await bus.queue.scheduleRequested(message, tomorrow);

    await bus.queue.putOff(message, tomorrow);
    await bus.queue.putOff(message, tomorrow);

    expect(await bus.queued(message.operationId)).toEqual([
      { body: message, at: tomorrow },
      { body: { ...message, attempt: 1 }, at: tomorrow },
    ]);
  });

  test("puts off to the same time again what comes too early by the clock of who takes it", async () => {
    const [request, check] = [aRequest(), aCheck()];
    const early = { attempt: 1 };

    await bus.queue.putOff(request, tomorrow);
    await bus.queue.putOff({ ...request, ...early }, tomorrow);
    await bus.checks.putOff(check, tomorrow);
    await bus.checks.putOff({ ...check, ...early }, tomorrow);

    const attempts = [{ body: { attempt: 1 } }, { body: { attempt: 2 } }];
    expect(await bus.queued(request.operationId)).toMatchObject(attempts);
    expect(await bus.waiting(check.operationId)).toMatchObject(attempts);
  });

  test("publishes a happening once, to everybody who follows all of them", async () => {
    const event = anEvent("client.renamed");

    await bus.events.publish(event);
    await bus.events.publish(event);

    expect(await bus.published(event.clientId, "all")).toEqual([event.id]);
    expect(await bus.published(event.clientId, "consent-decisions")).toEqual([]);
  });

  test("publishes several happenings together, each of them once, and none at all", async () => {
    const first = anEvent("client.created");
    const second = { ...anEvent("consent.granted"), clientId: first.clientId };

    await bus.events.publishAll([]);
    await bus.events.publishAll([first, second]);
    await bus.events.publishAll([second, first]);

    expect(await bus.published(first.clientId, "all")).toEqual([first.id, second.id]);
    expect(await bus.published(first.clientId, "consent-decisions")).toEqual([second.id]);
  });

  test("keeps a check until its time, once for each operation", async () => {
    const check = aCheck();

    await bus.checks.schedule(check, tomorrow);
    await bus.checks.schedule(check, tomorrow);

    expect(await bus.waiting(check.operationId)).toEqual([{ body: check, at: tomorrow }]);
  });

  test("keeps a step of an operation until its time, once for each step, and calls it off", async () => {
    const { operationId, subscription } = aCheck();
    const step = (number: number) => ({
      ...{ type: "subscription.run" as const, version: 1 as const, operationId, subscription },
      step: number,
    });

    await bus.checks.schedule(step(0), tomorrow);
    await bus.checks.schedule(step(0), tomorrow);
    const callOff = await bus.checks.schedule(step(1), tomorrow);

    expect(await bus.waiting(operationId)).toEqual([
      { body: step(0), at: tomorrow },
      { body: step(1), at: tomorrow },
    ]);
    await callOff();
    expect(await bus.waiting(operationId)).toHaveLength(1);
  });

  test("calls a check off, as often as it is asked", async () => {
    const [check, other] = [aCheck(), aCheck()];
    const callOff = await bus.checks.schedule(check, tomorrow);
    await bus.checks.schedule(other, tomorrow);

    await callOff();
    await callOff();

    expect(await bus.waiting(check.operationId)).toEqual([]);
    expect(await bus.waiting(other.operationId)).toHaveLength(1);
  });

  test("puts a check off to another time, once for each time", async () => {
    const check = aCheck();
    await (await bus.checks.schedule(check, tomorrow))();

    await bus.checks.putOff(check, tomorrow);
    await bus.checks.putOff(check, tomorrow);

    expect(await bus.waiting(check.operationId)).toEqual([
      { body: { ...check, attempt: 1 }, at: tomorrow },
    ]);
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
