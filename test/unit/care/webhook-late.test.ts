import { expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { deliver } from "../../../shared/care/webhooks/deliver.ts";
import { later } from "../../support/samples.ts";
import { REFUSED, TAKEN, webhookWorld } from "../../support/webhook-world.ts";

/** An event that is told long after it happened: of a change that was set aside, and tried again by an operator a week later. */

const DAY_MS = 86_400_000;

async function aWeekLate() {
  const world = webhookWorld();
  await world.set();
  const delivery = world.event();
  world.runtime.pass(7 * DAY_MS);
  return { world, delivery };
}

test("is posted, with the time at which it happened", async () => {
  const { world, delivery } = await aWeekLate();

  expect(await deliver(world.host(), delivery)).toBe("delivered");

  expect(JSON.parse(world.received[0]?.body ?? "")).toMatchObject({
    timestamp: delivery.event.time,
  });
});

test("is tried again as any other that is not taken", async () => {
  const { world, delivery } = await aWeekLate();
  world.answers(REFUSED);
  expect(await deliver(world.host(), delivery)).toBe("failed");
  world.answers(TAKEN);

  expect(await world.next()).toBe(true);

  expect(world.received).toHaveLength(2);
  expect((await world.webhook()).deliveries).toMatchObject([{ state: "delivered" }, {}]);
});

test.each([0, 7])(
  "and told %i days late is given up five days after it came, however often it is put off",
  async (days) => {
    const world = webhookWorld();
    await world.set();
    const delivery = world.event();
    world.runtime.pass(days * DAY_MS);
    const cameAt = world.runtime.now();
    const away = new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 3_600 });
    const host = world.host({ webhooks: { ...world.webhooks, find: () => Promise.reject(away) } });
    await deliver(host, delivery);
    while (world.runtime.now() <= later(5 * DAY_MS, cameAt)) await world.next(host);

    const [last] = world.queue.waiting();
    expect(last && (await deliver(world.host(), last.delivery))).toBe("too-old");
    expect(world.received).toEqual([]);
  },
);
