import { describe, expect, test } from "vitest";
import { deliver } from "../../../shared/care/webhooks/deliver.ts";
import { removeWebhook } from "../../../shared/care/webhooks/manage-webhook.ts";
import type { WebhookAnswer, WebhookRequest } from "../../../shared/care/webhooks/ports.ts";
import { ANN } from "../../support/samples.ts";
import { ADDRESS, CONTOSO, REFUSED, TAKEN, webhookWorld } from "../../support/webhook-world.ts";

const HOUR_MS = 3_600_000;
const ANN_S_CLIENT = "0d3c1f6e-6f1c-4d6e-9d0d-0a4c1b2f7a11";
const DAY_MS = 24 * HOUR_MS;

/** Real time for what waits in memory. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 1));

const idOf = ({ headers }: WebhookRequest): string => headers["webhook-id"] ?? "";
const read = ({ body }: WebhookRequest): Record<string, unknown> => JSON.parse(body);

describe("what was not taken", () => {
  test("is tried again under the same id, by Standard Webhooks' times, until it is taken", async () => {
    const world = webhookWorld();
    await world.set();
    world.answers(REFUSED);
    await deliver(world.host(), world.event());
    await world.next();
    await world.next();
    world.answers(TAKEN);
    await world.next();

    expect(new Set(world.received.map(idOf)).size).toBe(1);
    expect(new Set(world.received.map(({ body }) => body)).size).toBe(1);
    const { deliveries, failing } = await world.webhook();
    expect(deliveries.map(({ attempt, state }) => [attempt, state])).toEqual([
      [4, "delivered"],
      [3, "failed"],
      [2, "failed"],
      [1, "failed"],
    ]);
    const first = deliveries.at(-1);
    expect(first?.nextAt?.getTime()).toBeGreaterThanOrEqual((first?.at.getTime() ?? 0) + 5_000);
    expect(failing).toBeUndefined();
    expect(world.queue.waiting().length).toBe(0);
  });

  test("a pause that is asked for is kept, up to an hour", async () => {
    const world = webhookWorld();
    await world.set();
    world.answers({ kind: "answered", status: 429, retryAfterSeconds: 600 });
    await deliver(world.host(), world.event());

    const [next] = world.queue.waiting();
    expect(next?.at.getTime()).toBeGreaterThanOrEqual(world.runtime.now().getTime() + 600_000);
  });

  test("one success in between is enough to stay on; ten tries are the last of an event", async () => {
    const world = webhookWorld();
    await world.set();
    world.answers(REFUSED);
    await deliver(world.host(), world.event());
    let tries = 0;
    const other = world.event();
    world.answers(async (request) => {
      tries += 1;
      return read(request)["type"] === "client.created" ? TAKEN : REFUSED;
    });
    while (await world.next()) {
      if (tries !== 6) continue;
      world.runtime.pass(HOUR_MS / 4);
      await deliver(
        world.host(),
        world.event({
          ...other.event,
          type: "client.created",
          time: world.runtime.now().toISOString(),
        }),
      );
    }

    const { disabled, deliveries } = await world.webhook();
    expect(disabled).toBeUndefined();
    expect(deliveries[0]).toMatchObject({ attempt: 10, state: "failed" });
    expect(deliveries[0]).not.toHaveProperty("nextAt");
  });

  test("three days of failures switch it off, with one event, one mail and one entry", async () => {
    const world = webhookWorld();
    const { webhook } = await world.set();
    world.answers({ kind: "silent", why: "time" });
    await deliver(world.host(), world.event());
    while (await world.next());

    const off = await world.webhook();
    expect(off.disabled).toMatchObject({ reason: "failing", told: true });
    const lasted = (off.disabled?.at.getTime() ?? 0) - webhook.createdAt.getTime();
    expect(lasted).toBeGreaterThanOrEqual(3 * DAY_MS);
    expect(world.events.published).toMatchObject([
      {
        type: "webhook.disabled",
        subscription: CONTOSO,
        data: { host: "hooks.contoso.example", reason: "failing" },
      },
    ]);
    expect(world.mail.taken).toMatchObject([
      {
        to: "ann@contoso.example",
        subscription: CONTOSO,
        subject: "Your webhook was switched off",
      },
    ]);
    world.runtime.pass(1000);
    expect(await deliver(world.host(), world.event())).toBe("switched-off");
    expect(world.mail.tries()).toBe(1);
  });

  test("whoever watches the whole subscription hears of it too, and nobody who wants no mail", async () => {
    const world = webhookWorld();
    await world.set();
    const watch = { subscription: CONTOSO, since: world.runtime.now(), by: "person" } as const;
    await world.watches.watch({ ...watch, person: "bea", email: "bea@c.example", of: "all" });
    await world.watches.watch({ ...watch, person: "cy", email: "cy@c.example", of: ANN_S_CLIENT });
    world.runtime.pass(1000);
    await world.watches.silence(CONTOSO, "ann", world.runtime.now());
    world.answers({ kind: "answered", status: 410 });

    await deliver(world.host(), world.event());

    expect(world.mail.taken.map(({ to }) => to)).toEqual(["bea@c.example"]);
  });

  test("with the mail service away it is told later, as a message that waits", async () => {
    const world = webhookWorld();
    await world.set();
    world.answers({ kind: "answered", status: 410 });
    world.mail.away(true);
    expect(await deliver(world.host(), world.event())).toBe("put-off");
    expect((await world.webhook()).disabled).toMatchObject({ told: false });
    world.mail.away(false);
    await world.next();

    expect((await world.webhook()).disabled).toMatchObject({ told: true });
    expect(world.mail.taken).toHaveLength(1);
    expect(world.events.published).toHaveLength(1);
  });

  test("is found by its day, whatever its customer does", async () => {
    const world = webhookWorld();
    await world.set();
    world.runtime.pass(10 * DAY_MS);
    world.answers({ kind: "answered", status: 410 });
    await deliver(world.host(), world.event());

    const active: string[] = [];
    for await (const one of world.journal.activeOn("2026-03-12")) active.push(one);
    expect(active).toEqual([CONTOSO]);
  });

  test("410 switches it off at once", async () => {
    const world = webhookWorld();
    await world.set();
    world.answers({ kind: "answered", status: 410 });

    expect(await deliver(world.host(), world.event())).toBe("switched-off");
    expect((await world.webhook()).disabled).toMatchObject({ reason: "gone", told: true });
    expect(world.queue.waiting().length).toBe(0);
  });

  test("set again it is on, and gets what happens from then on", async () => {
    const world = webhookWorld();
    await world.set();
    world.answers({ kind: "answered", status: 410 });
    await deliver(world.host(), world.event());
    const missed = world.event();
    world.runtime.pass(1000);
    world.answers(TAKEN);
    expect((await world.set()).isNew).toBe(false);
    world.runtime.pass(1000);

    expect(await deliver(world.host(), missed)).toBe("before-it-was-on");
    expect(await deliver(world.host(), world.event())).toBe("delivered");
  });

  test("set again while a call still waits for its answer it stays on, whatever that answer is", async () => {
    const world = webhookWorld();
    await world.set();
    const slow = Promise.withResolvers<WebhookAnswer>();
    const called = Promise.withResolvers<void>();
    world.answers(() => {
      called.resolve();
      return slow.promise;
    });
    const late = deliver(world.host(), world.event());
    await called.promise;
    world.answers({ kind: "answered", status: 410 });
    await deliver(world.host(), world.event());
    world.runtime.pass(1000);
    await world.set();

    slow.resolve({ kind: "answered", status: 410 });
    await late;

    expect(await world.webhook()).not.toHaveProperty("disabled");
    expect(await world.webhook()).not.toHaveProperty("failing");
  });

  test("what waits for a webhook that was removed never goes to the next one", async () => {
    const world = webhookWorld();
    await world.set();
    world.answers(REFUSED);
    await deliver(world.host(), world.event());
    await removeWebhook(world, { subscription: CONTOSO, by: ANN });
    await world.set(CONTOSO, "https://other.contoso.example/");
    world.answers(TAKEN);
    await world.next();

    expect(world.received.map(({ url }) => url)).toEqual([ADDRESS]);
  });
});

describe("one customer's receiver", () => {
  test("that is dead is called now and then, not by every event", async () => {
    const world = webhookWorld();
    await world.set();
    world.answers({ kind: "silent", why: "time" });
    const host = world.host();
    for (let count = 0; count < 200; count += 1) {
      world.runtime.pass(1000);
      await deliver(host, world.event());
    }

    // One a second for 200 seconds, against a pause that doubles up to five minutes.
    expect(world.received.length).toBeLessThan(12);
    expect(world.queue.waiting().length).toBe(200);

    let messages = 0;
    while (await world.next(host)) messages += 1;
    // Three days later all of them have been given up: a few messages for each, and calls by the pause and not by the event.
    expect((await world.webhook()).disabled).toMatchObject({ reason: "failing" });
    expect(messages).toBeLessThan(200 * 40);
    expect(world.received.length).toBeLessThan((3 * DAY_MS) / (4 * 60_000));
  });

  test("that is slow has three calls at a time; the others of its events wait as messages, and nobody else does", async () => {
    const world = webhookWorld();
    await world.set();
    await world.set("fabrikam", "https://hooks.fabrikam.example/");
    world.runtime.pass(1000);
    const waiting: ((answer: WebhookAnswer) => void)[] = [];
    world.answers(({ url }) =>
      url === ADDRESS ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(TAKEN),
    );
    const host = world.host();
    const slow = Array.from({ length: 10 }, () => deliver(host, world.event()));
    while (waiting.length < 3) await aMoment();

    expect(await deliver(host, world.event({ subscription: "fabrikam" }))).toBe("delivered");
    for (const answer of waiting) answer(TAKEN);
    const outcomes = await Promise.all(slow);
    expect(outcomes.toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => "delivered"),
      ...Array.from({ length: 7 }, () => "put-off"),
    ]);

    world.answers(TAKEN);
    while (await world.next());
    expect(new Set(world.received.map(idOf)).size).toBe(11);
  });

  test("failing receivers together leave half of a host to the others", async () => {
    const world = webhookWorld();
    const names = Array.from({ length: 12 }, (_, at) => `customer-${at}`);
    world.answers(REFUSED);
    for (const name of names) {
      await world.set(name);
      await deliver(world.host(), world.event({ subscription: name }));
    }
    world.runtime.pass(10_000);
    let calls = 0;
    const waiting: ((answer: WebhookAnswer) => void)[] = [];
    world.answers(() => {
      calls += 1;
      return new Promise((resolve) => waiting.push(resolve));
    });
    const host = world.host();
    const all = names.map((subscription) => deliver(host, world.event({ subscription })));
    while (calls < 8) await aMoment();
    await aMoment();

    expect(calls).toBe(8);
    for (const answer of waiting) answer(TAKEN);
    expect((await Promise.all(all)).filter((outcome) => outcome === "put-off")).toHaveLength(4);
  });
});
