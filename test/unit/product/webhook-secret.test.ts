import { beforeEach, expect, test } from "vitest";
import { webhookRotateSecret } from "../../../functions/http/care/webhook-actions.ts";
import { operatorKeys } from "../../../shared/adapters/records/operator-keys.ts";
import {
  removeWebhook,
  rotateWebhookSecret,
} from "../../../shared/care/webhooks/manage-webhook.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { THE_REQUEST } from "../../support/client-world.ts";
import { ANN } from "../../support/samples.ts";
import { CONTOSO, webhookWorld } from "../../support/webhook-world.ts";

/** A webhook's new secret, asked for again under its key. */

const asked = { subscription: CONTOSO, by: ANN };
let world: ReturnType<typeof webhookWorld>;
let rotate: () => Promise<unknown>;
beforeEach(async () => {
  world = webhookWorld();
  const { handle } = webhookRotateSecret({
    ...world,
    operatorKeys: operatorKeys(memoryTable()),
    reconcileAfterMs: 120_000,
    rules: { ports: [], unguarded: [] },
  });
  rotate = () =>
    handle({
      caller: { kind: "customer", subscription: CONTOSO, name: "Ann", actor: ANN.actor },
      ...{ by: ANN, body: {}, query: undefined, asLines: false, idempotency: THE_REQUEST },
      ...{ id: "", keyId: "", credentialId: "", subscription: "", appId: "" },
    });
  await world.set();
});

const newest = async () => {
  const [secret] = (await world.webhook()).secrets;
  return world.signer.secret(CONTOSO, secret?.id ?? "");
};

test("is the same one while it signs", async () => {
  const first = await rotate();
  const secret = await newest();
  expect(first).toMatchObject({ value: { body: { secret } } });

  await rotateWebhookSecret(world, { ...asked, graceMs: 1 });

  expect(await rotate()).toMatchObject({ value: { body: { secret }, replayed: true } });
});

test("is not shown any more once it signs nothing, as another has taken its place at once", async () => {
  await rotate();
  await rotateWebhookSecret(world, { ...asked, graceMs: 0 });

  const again = await rotate();

  expect(again).toMatchObject({ value: { status: 200, replayed: true } });
  expect(again).not.toHaveProperty("value.body.secret");
});

test("is not shown of a webhook that was set after the one it was made for", async () => {
  await rotate();
  await removeWebhook(world, asked);
  await world.set();

  const again = await rotate();

  expect(again).toMatchObject({ value: { status: 200, replayed: true } });
  expect(again).not.toHaveProperty("value.body.secret");
});
