import { beforeEach, expect, test } from "vitest";
import { deliver } from "../../../shared/care/webhooks/deliver.ts";
import { removeWebhook } from "../../../shared/care/webhooks/manage-webhook.ts";
import { testWebhook } from "../../../shared/care/webhooks/test-webhook.ts";
import { ANN } from "../../support/samples.ts";
import { CONTOSO, webhookWorld } from "../../support/webhook-world.ts";

/** A test calls an address of a stranger's choice at once: five a minute, whatever the webhook itself remembers of them. */

let world: ReturnType<typeof webhookWorld>;
beforeEach(async () => {
  world = webhookWorld();
  await world.set();
  for (let sent = 0; sent < 5; sent += 1)
    expect(await testWebhook(world, CONTOSO)).toMatchObject({ ok: true });
});

/** @returns after how many seconds another one is sent, as it says */
async function refusedFor(): Promise<number> {
  const sent = world.received.length;
  const answer = await testWebhook(world, CONTOSO);
  expect(answer).toMatchObject({ ok: false, refusal: { reason: "webhook-tested-often" } });
  expect(world.received).toHaveLength(sent);
  return answer.ok || answer.refusal.reason !== "webhook-tested-often"
    ? 0
    : answer.refusal.retryAfterSeconds;
}

test("a webhook that is removed and set again has no more of them", async () => {
  await removeWebhook(world, { subscription: CONTOSO, by: ANN });
  await world.set();

  const seconds = await refusedFor();

  expect(seconds).toBeLessThanOrEqual(65);
  world.runtime.pass(seconds * 1_000);
  expect(await testWebhook(world, CONTOSO)).toMatchObject({ ok: true });
});

test("events that have taken the places of its last tries make no room for more", async () => {
  const host = world.host();
  for (let sent = 0; sent < 20; sent += 1) await deliver(host, world.event());

  expect(await refusedFor()).toBeGreaterThan(0);
});

test("another customer has tests of their own", async () => {
  await world.set("fabrikam");

  expect(await testWebhook(world, "fabrikam")).toMatchObject({ ok: true });
});
