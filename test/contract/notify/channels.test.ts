import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type LocalInbox, startInbox } from "../../../infra/local/inbox/start.ts";
import { emailChannel } from "../../../shared/adapters/notify/email.ts";
import { teamsChannel } from "../../../shared/adapters/notify/teams.ts";
import { webhookChannel } from "../../../shared/adapters/notify/webhook.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import {
  type Alert,
  type AlertChannel,
  type ConsentAlert,
  subjectOf,
} from "../../../shared/consent/alerts/alert.ts";
import { memoryChannel } from "../../doubles/memory-channel.ts";
import { later, NOON, newId, OLGA } from "../../support/samples.ts";

interface ChannelTarget {
  readonly name: string;
  readonly channel: AlertChannel;
  /** Stage and client of what has arrived, oldest first. */
  arrived(): { stage: string; clientId: string }[];
  refuse(refuses: boolean): void;
}

const inbox: LocalInbox = await startInbox({ port: 0, dataFile: ":memory:" });
afterAll(() => inbox.stop());

const setting = (settings: Readonly<Record<string, string>>, name: string): string =>
  settings[name] ?? "";

const toInbox = (channel: AlertChannel): ChannelTarget => ({
  name: channel.name,
  channel,
  arrived: () => inbox.alerts().filter((alert) => alert.channel === channel.name),
  refuse: (refuses) => inbox.setFaults(refuses ? { share: 1 } : undefined),
});

const inMemory = memoryChannel();
const targets: ChannelTarget[] = [
  {
    name: "in memory",
    channel: inMemory,
    arrived: () =>
      inMemory.taken.map((alert) => ({
        stage: alert.stage,
        clientId: subjectOf(alert).clientId,
      })),
    refuse: inMemory.refuse,
  },
  toInbox(
    webhookChannel({
      url: setting(inbox.settings, "ALERT_WEBHOOK_URL"),
      secret: setting(inbox.settings, "ALERT_WEBHOOK_SECRET"),
    }),
  ),
  toInbox(
    teamsChannel({
      url: setting(inbox.teamsSettings, "ALERT_TEAMS_URL"),
      timeZone: "Europe/Berlin",
    }),
  ),
  toInbox(
    emailChannel({
      connection: setting(inbox.emailSettings, "EMAIL_CONNECTION"),
      identityClientId: undefined,
      from: setting(inbox.emailSettings, "ALERT_EMAIL_FROM"),
      to: [setting(inbox.emailSettings, "ALERT_EMAIL_TO")],
      escalationTo: [],
      timeZone: "Europe/Berlin",
    }),
  ),
];

const anAlert = (changes: Partial<ConsentAlert> = {}): Alert => {
  const now = new Date();
  return {
    id: `${newId()}:requested`,
    stage: "requested",
    sentAt: now,
    clientId: newId(),
    appId: newId(),
    displayName: "Nächtlicher *Import* <b>✓</b>",
    subscription: "contoso",
    roles: [{ value: "api.write", description: "Change data", risk: "high" as const }],
    requestedBy: "Ann",
    requestedAt: now,
    dueAt: later(86_400_000, now),
    grantUrl: "https://directory.example/grant",
    requestUrl: "https://latchkey.example/operators/1",
    queueUrl: "https://latchkey.example/operators",
    ...changes,
  };
};

describe.each(targets)("The channel $name", ({ channel, arrived, refuse }) => {
  test.each(["requested", "reminded", "breached", "escalated", "revoked", "deleted"] as const)(
    "brings an alert of the stage %s",
    async (stage) => {
      const clientId = newId();

      await channel.send(anAlert({ stage, clientId }));

      expect(arrived().at(-1)).toMatchObject({ stage, clientId });
    },
  );

  test("brings word of a message that could not be understood", async () => {
    await channel.send({
      id: newId(),
      stage: "poison",
      sentAt: new Date(),
      queue: "consent",
      count: 1,
      messageId: "m-1",
      reason: "clientId is missing",
    });

    expect(arrived().at(-1)).toMatchObject({ stage: "poison" });
  });

  test("brings word of an operation that only operators can help", async () => {
    const clientId = newId();

    await channel.send({
      id: newId(),
      stage: "incident",
      sentAt: new Date(),
      operationId: newId(),
      subscription: "contoso",
      kind: "rename",
      clientId,
      reason: "not-ours",
      queueUrl: "https://latchkey.example/operators",
    });

    expect(arrived().at(-1)).toMatchObject({ stage: "incident", clientId });
  });

  test("brings word of what an operator has stopped", async () => {
    const clientId = newId();
    const about = {
      id: newId(),
      operationId: newId(),
      subscription: "contoso",
      sentAt: new Date(),
    };
    const queueUrl = "https://latchkey.example/operators";
    const by = { kind: "operator" as const, displayName: "Olga" };

    await channel.send({
      ...{ ...about, stage: "stop", action: "client.suspended", clientId, by, queueUrl },
      ...{ happenedAt: NOON, reason: "A leaked secret", requestUrl: `${queueUrl}/${clientId}` },
    });
    expect(arrived().at(-1)).toMatchObject({ stage: "stop", clientId });

    await channel.send({
      ...{ ...about, stage: "stop", action: "subscription.blocked", by, queueUrl },
      ...{ id: newId(), happenedAt: NOON },
    });
    expect(arrived().at(-1)).toMatchObject({ stage: "stop", clientId: "" });
  });

  test("brings a digest of what was held back", async () => {
    const dueAt = later(86_400_000, new Date());
    const item = { clientId: newId(), appId: newId(), subscription: "contoso" };
    const stage = "reminded" as const;

    await channel.send({
      id: newId(),
      stage: "digest",
      sentAt: new Date(),
      count: 3,
      items: [{ ...item, displayName: "A client", stage, dueAt }],
      stops: [
        {
          ...{ id: newId(), action: "client.suspended", subscription: "contoso" },
          ...{ clientId: newId(), by: OLGA.actor, happenedAt: new Date() },
        },
      ],
      queueUrl: "https://latchkey.example/operators",
    });

    expect(arrived().at(-1)).toMatchObject({ stage: "digest", clientId: "" });
  });

  test("says so when the receiver does not take an alert, and brings the next one", async () => {
    const before = arrived().length;
    refuse(true);
    const sent = channel.send(anAlert()).catch((error: unknown) => error);

    expect(await sent).toBeInstanceOf(RemoteUnavailable);
    expect(arrived()).toHaveLength(before);
    refuse(false);
    await channel.send(anAlert());
    expect(arrived()).toHaveLength(before + 1);
  });
});

/** The members that the published schema of Adaptive Cards 1.4 has for what our cards are made of; it takes no other. */
const Card = z.strictObject({
  type: z.literal("AdaptiveCard"),
  $schema: z.url(),
  version: z.literal("1.4"),
  body: z.array(
    z.discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("TextBlock"),
        text: z.string(),
        wrap: z.boolean().optional(),
        weight: z.enum(["Default", "Lighter", "Bolder"]).optional(),
        size: z.enum(["Default", "Small", "Medium", "Large", "ExtraLarge"]).optional(),
        isSubtle: z.boolean().optional(),
        separator: z.boolean().optional(),
      }),
      z.strictObject({
        type: z.literal("FactSet"),
        facts: z.array(z.strictObject({ title: z.string(), value: z.string() })),
      }),
    ]),
  ),
  actions: z.array(
    z.strictObject({ type: z.literal("Action.OpenUrl"), title: z.string(), url: z.url() }),
  ),
});

test("a card has no member that the published schema does not know", async () => {
  const teams = targets.find(({ name }) => name === "teams") ?? expect.fail();

  await teams.channel.send(anAlert());

  const { payload } =
    inbox.alerts().findLast(({ channel }) => channel === "teams") ?? expect.fail();
  const { attachments } = z
    .object({ attachments: z.array(z.object({ content: z.unknown() })) })
    .parse(payload);
  expect(() => Card.parse(attachments[0]?.content)).not.toThrow();
});

test("a webhook says who sends it, and when what it tells of happened", async () => {
  const happenedAt = new Date("2026-11-02T09:30:00.000Z");
  const requests: { readonly userAgent: string | undefined; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    const parts: string[] = [];
    for await (const part of request.setEncoding("utf8")) parts.push(part);
    requests.push({ userAgent: request.headers["user-agent"], body: parts.join("") });
    response.writeHead(204).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const secret = `whsec_${Buffer.from("a secret of some length").toString("base64")}`;
  const { send } = webhookChannel({ url: `http://127.0.0.1:${port}/`, secret });

  await send(anAlert({ happenedAt }));

  server.close();
  expect(requests[0]?.userAgent).toMatch(/^Latchkey-Webhooks\//);
  expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({
    timestamp: happenedAt.toISOString(),
  });
});

test("a receiver's Retry-After is passed on", async () => {
  const server = createServer((_request, response) =>
    response.writeHead(429, { "retry-after": "42" }).end(),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { send } = teamsChannel({ url: `http://127.0.0.1:${port}/`, timeZone: "UTC" });

  const refusal = await send(anAlert()).catch((error: unknown) => error);

  server.close();
  expect(refusal).toMatchObject({ service: "alerts", throttled: true, retryAfterSeconds: 42 });
});

test("the mail service's Retry-After is passed on, and its 429 is not answered by another attempt", async () => {
  const mail = targets.find(({ name }) => name === "email");
  if (!mail) return expect.unreachable();
  inbox.setFaults({ mailLimits: "azure-managed" });
  for (let sent = 0; sent < 5; sent += 1) await mail.channel.send(anAlert());
  const before = mail.arrived().length;

  const refusal = await mail.channel.send(anAlert()).catch((error: unknown) => error);

  expect(refusal).toMatchObject({ service: "alerts", throttled: true, executed: "no" });
  const { retryAfterSeconds } = z.object({ retryAfterSeconds: z.number() }).parse(refusal);
  expect(retryAfterSeconds).toBeGreaterThan(30);
  expect(mail.arrived()).toHaveLength(before);
  inbox.setFaults(undefined);
});

describe("what a customer wrote, in a message of ours", () => {
  const lie = 'Import" [Approve](https://evil.example) {{DATE(2026-01-01T00:00:00Z)}} **Latchkey**';
  const sent = async (channel: AlertChannel) => {
    await channel.send(
      anAlert({ displayName: lie, requestedBy: lie, subscription: lie, flags: ["resembles"] }),
    );
    return inbox.alerts().findLast((alert) => alert.channel === channel.name)?.payload;
  };
  const channelOf = (name: string): AlertChannel => {
    const target = targets.find((one) => one.name === name);
    if (!target) throw new Error(`No channel ${name}`);
    return target.channel;
  };

  test("stands last in a mail, quoted, and links to nothing", async () => {
    const { content } = z
      .object({
        content: z.object({ subject: z.string(), plainText: z.string(), html: z.string() }),
      })
      .parse(await sent(channelOf("email")));
    expect(content.subject).toMatch(/^Consent asked for: “[^“”]+”, “[^“”]+”$/);
    const [ours = "", theirs = ""] = content.plainText.split("As others wrote it, unchecked:");
    expect(ours).not.toContain("Import");
    expect(ours).toContain("https://latchkey.example/");
    expect(ours).toContain("Look twice: the client's name looks like that of another");
    expect(theirs.trim().split("\n")).toEqual([
      expect.stringMatching(/^Subscription: “[^“”\n]+”$/),
      expect.stringMatching(/^Requested by: “[^“”\n]+”$/),
      expect.stringMatching(/^Client: “[^“”\n]+”$/),
    ]);
    expect(`${content.subject}${theirs}`).not.toMatch(/:\/\/|evil\.example/);
    expect(ours).toMatch(/^Due: \w+ \d+ \w+ \d{4}, \d\d:\d\d \(Europe\/Berlin\)$/m);
    // The same as HTML: ours first, with its links; theirs in a block without any.
    const [oursInHtml = "", quote = ""] = content.html.split("<blockquote");
    expect(oursInHtml).toContain('<a href="https://latchkey.example/operators/1"');
    expect(oursInHtml.slice(oursInHtml.indexOf("<body"))).not.toContain("Import");
    expect(quote.match(/<[^/t][^>]*>/g) ?? []).toEqual([]);
  });

  test("stands last in a card, where it is neither Markdown nor a date", async () => {
    const card = z
      .object({
        attachments: z.tuple([
          z.object({ content: z.object({ body: z.array(z.looseObject({ type: z.string() })) }) }),
        ]),
      })
      .parse(await sent(channelOf("teams")));
    const body = card.attachments[0].content.body;
    const texts = body.map((block) => JSON.stringify(block));
    expect(body.at(-1)).toMatchObject({ type: "FactSet" });
    expect(texts.slice(1, -1).join()).not.toContain("Import");
    expect(texts.join()).not.toMatch(/\{\{|:\/\/|[^\\]\[Approve|[^\\*]\*\*Latchkey/);
  });
});
