import { expect, test } from "vitest";
import { deliver } from "../../../shared/care/webhooks/deliver.ts";
import { CONTOSO, webhookWorld } from "../../support/webhook-world.ts";

test("what comes while nobody can read the webhook waits until somebody can, and not for ever", async () => {
  const world = webhookWorld();
  await world.set();
  const stored = await world.clients.get(CONTOSO, "webhook");
  if (!stored) return expect.unreachable();
  const damage = () => world.clients.replace({ ...stored.row, deliveries: "[{}]" });
  await damage();

  expect(await deliver(world.host(), world.event())).toBe("put-off");
  await world.next();
  expect(world.received).toEqual([]);
  await world.clients.replace(stored.row);
  await world.next();
  expect(world.received).toHaveLength(1);
  expect(world.queue.waiting()).toEqual([]);

  await damage();
  await deliver(world.host(), world.event());
  world.runtime.pass(5 * 86_400_000 + 1);
  await world.next();
  expect(world.queue.waiting()).toEqual([]);
});
