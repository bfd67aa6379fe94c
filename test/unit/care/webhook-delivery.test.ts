import { Webhook as Receiver } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { deliver } from "../../../shared/care/webhooks/deliver.ts";
import { rotateWebhookSecret } from "../../../shared/care/webhooks/manage-webhook.ts";
import type { WebhookRequest } from "../../../shared/care/webhooks/ports.ts";
import { ANN, OLGA } from "../../support/samples.ts";
import { ADDRESS, CONTOSO, webhookWorld } from "../../support/webhook-world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const idOf = ({ headers }: WebhookRequest): string => headers["webhook-id"] ?? "";
const read = ({ body }: WebhookRequest): Record<string, unknown> => JSON.parse(body);

/** As a receiver checks it, but for the age of what is sent at a time of the test's own. */
function verify(secret: string, { headers, body }: WebhookRequest): boolean {
  const at = new Date(Number(headers["webhook-timestamp"]) * 1000);
  const expected = new Receiver(secret).sign(headers["webhook-id"] ?? "", at, body);
  return (headers["webhook-signature"] ?? "").split(" ").includes(expected);
}

describe("an event", () => {
  test("is posted to its subscription's webhook, signed, and on record", async () => {
    const world = webhookWorld();
    const { webhook } = await world.set();
    const delivery = world.event();

    expect(await deliver(world.host(), delivery)).toBe("delivered");

    const [request] = world.received;
    if (!request) throw new Error("Nothing was sent");
    expect(request.url).toBe(ADDRESS);
    expect(read(request)).toEqual({
      type: "client.renamed",
      timestamp: delivery.event.time,
      subscription: CONTOSO,
      data: delivery.event.data,
    });
    expect(verify(world.signer.secret(CONTOSO, webhook.secrets[0]?.id ?? ""), request)).toBe(true);
    expect(idOf(request)).toMatch(/^msg_[\w-]+$/);
    expect((await world.webhook()).deliveries).toMatchObject([
      { id: idOf(request), type: "client.renamed", attempt: 1, state: "delivered", status: 204 },
    ]);
  });

  test("of another subscription goes to nobody else's webhook", async () => {
    const world = webhookWorld();
    await world.set();

    expect(await deliver(world.host(), world.event({ subscription: "fabrikam" }))).toBe(
      "no-webhook",
    );
    await world.set("fabrikam", "https://hooks.fabrikam.example/");
    world.runtime.pass(1000);
    await deliver(world.host(), world.event({ subscription: "fabrikam" }));

    expect(world.received.map(({ url }) => url)).toEqual(["https://hooks.fabrikam.example/"]);
  });

  test("names nobody of the company's people", async () => {
    const world = webhookWorld();
    await world.set();
    const data = { clientId: "c", decidedBy: { ...OLGA.actor }, requestedBy: { ...ANN.actor } };

    await deliver(world.host(), world.event({ type: "consent.granted", data }));

    expect(read(world.received[0] ?? { url: "", headers: {}, body: "{}" })["data"]).toEqual({
      clientId: "c",
      decidedBy: { kind: "operator" },
      requestedBy: ANN.actor,
    });
  });

  test("that happened before the webhook was set is not sent", async () => {
    const world = webhookWorld();
    const before = world.event();
    world.runtime.pass(1000);
    await world.set();

    expect(await deliver(world.host(), before)).toBe("before-it-was-on");
    expect(world.received).toEqual([]);
  });

  test("costs one read without a webhook, none where that is known, and one write more when it was sent", async () => {
    const world = webhookWorld();
    const host = world.host();
    const early = world.event();
    world.runtime.pass(11_000);
    world.clients.forget();
    await deliver(host, world.event());
    expect(world.clients.calls).toEqual(["get webhook"]);
    await deliver(host, early);
    expect(world.clients.calls).toEqual(["get webhook"]);

    await world.set();
    world.runtime.pass(1000);
    world.clients.forget();
    await deliver(host, world.event());

    expect(world.clients.calls).toEqual(["get webhook", "replace webhook"]);
  });

  test("that was sent and comes again is not sent again while that is on record", async () => {
    const world = webhookWorld();
    await world.set();
    const delivery = world.event();
    await deliver(world.host(), delivery);

    expect(await deliver(world.host(), delivery)).toBe("delivered-before");
    expect(world.received).toHaveLength(1);
  });
});

describe("a secret", () => {
  test("that is replaced signs beside the new one until its grace is over", async () => {
    const world = webhookWorld();
    const { webhook } = await world.set();
    const old = world.signer.secret(CONTOSO, webhook.secrets[0]?.id ?? "");
    await rotateWebhookSecret(world, { subscription: CONTOSO, by: ANN, graceMs: HOUR_MS });
    const young = world.signer.secret(CONTOSO, (await world.webhook()).secrets[0]?.id ?? "");
    const signs = async () => {
      await deliver(world.host(), world.event());
      const request = world.received.at(-1);
      return request && [verify(old, request), verify(young, request)];
    };

    expect(await signs()).toEqual([true, true]);
    world.runtime.pass(HOUR_MS);
    expect(await signs()).toEqual([false, true]);
  });

  test("that leaked signs no more at once", async () => {
    const world = webhookWorld();
    await world.set();
    await rotateWebhookSecret(world, { subscription: CONTOSO, by: ANN, graceMs: DAY_MS });
    await rotateWebhookSecret(world, { subscription: CONTOSO, by: ANN, graceMs: 0 });

    await deliver(world.host(), world.event());

    expect(world.received[0]?.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
  });

  test("is nowhere in the tables, and another one for each subscription, generation and key", async () => {
    const world = webhookWorld();
    const { webhook } = await world.set();
    const id = webhook.secrets[0]?.id ?? "";
    const secrets = [
      world.signer.secret(CONTOSO, id),
      world.signer.secret("fabrikam", id),
      world.signer.secret(CONTOSO, webhook.id),
    ];

    expect(new Set(secrets).size).toBe(3);
    for (const secret of secrets) expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const rows = await world.clients.page({}, 100);
    for (const secret of secrets)
      expect(JSON.stringify(rows)).not.toContain(secret.slice("whsec_".length));
  });
});
