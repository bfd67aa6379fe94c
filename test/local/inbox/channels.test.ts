import { EmailClient, type EmailMessage } from "@azure/communication-email";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type LocalInbox, startInbox } from "../../../infra/local/inbox/start.ts";

let inbox: LocalInbox;

beforeAll(async () => {
  inbox = await startInbox({ port: 0, dataFile: ":memory:" });
});
beforeEach(() => inbox.reset());
afterAll(() => inbox.stop());

const setting = (settings: Readonly<Record<string, string>>, name: string) => settings[name] ?? "";

const aWebhook = (data: object) =>
  JSON.stringify({ type: "consent.reminded", timestamp: "2026-01-31T12:00:00Z", data });

const sendWebhook = (body: string, signedBody = body) => {
  const id = "msg_1";
  const now = new Date();
  const signer = new Webhook(setting(inbox.settings, "ALERT_WEBHOOK_SECRET"));
  return fetch(setting(inbox.settings, "ALERT_WEBHOOK_URL"), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": signer.sign(id, now, signedBody),
    },
    body,
  });
};

const alertsOverHttp = async () => (await fetch(`${inbox.origin}/alerts.json`)).json();

describe("a Standard Webhook", () => {
  it("is recorded with its facts and its body", async () => {
    const data = { stage: "reminded", threshold: 50, clientId: "7" };
    expect((await sendWebhook(aWebhook(data))).status).toBe(204);
    expect(await alertsOverHttp()).toEqual([
      {
        id: "msg_1",
        channel: "webhook",
        ...data,
        receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        payload: JSON.parse(aWebhook(data)),
      },
    ]);
  });

  it("with a signature over another body is refused with 401", async () => {
    const body = aWebhook({ stage: "breached", clientId: "7" });
    expect((await sendWebhook(body, `${body} `)).status).toBe(401);
    expect(inbox.alerts()).toEqual([]);
  });

  it("that does not say its stage is refused with 400", async () => {
    expect((await sendWebhook(aWebhook({ clientId: "7" }))).status).toBe(400);
  });

  it("that comes twice is shown twice: the inbox hides no mistake", async () => {
    const body = aWebhook({ stage: "requested", clientId: "7" });
    await sendWebhook(body);
    await sendWebhook(body);
    expect(inbox.alerts()).toHaveLength(2);
  });
});

describe("a Teams workflow", () => {
  const card = {
    type: "message",
    channelData: { latchkey: { stage: "breached", threshold: 100, clientId: "8" } },
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          type: "AdaptiveCard",
          version: "1.4",
          body: [{ type: "TextBlock", text: "Consent is due" }],
        },
      },
    ],
  };

  it("answers 202 and records the card", async () => {
    const url = setting(inbox.teamsSettings, "ALERT_TEAMS_URL");
    const response = await fetch(url, { method: "POST", body: JSON.stringify(card) });
    expect(response.status).toBe(202);
    expect(inbox.alerts()).toMatchObject([
      { channel: "teams", stage: "breached", threshold: 100, clientId: "8", payload: card },
    ]);
  });

  it("answers 401 without the secret of its URL", async () => {
    const url = new URL(setting(inbox.teamsSettings, "ALERT_TEAMS_URL"));
    url.searchParams.delete("sig");
    const response = await fetch(url, { method: "POST", body: JSON.stringify(card) });
    expect(response.status).toBe(401);
  });
});

describe("Azure Communication Services Email, by the official SDK", () => {
  const message: EmailMessage = {
    senderAddress: "latchkey@notifications.example",
    content: { subject: "Consent is overdue", plainText: "Please decide." },
    recipients: { to: [{ address: "operators@company.example" }] },
    headers: {
      "X-Latchkey-Stage": "escalated",
      "X-Latchkey-Threshold": "150%",
      "X-Latchkey-Client": "9",
    },
  };
  const send = async (connection: string, operationId: string) => {
    const client = new EmailClient(connection, { allowInsecureConnection: true });
    return (
      await client.beginSend(message, { operationId, updateIntervalInMs: 1 })
    ).pollUntilDone();
  };

  it("is sent once per operation id, and succeeds each time it is told", async () => {
    const connection = setting(inbox.emailSettings, "EMAIL_CONNECTION");
    const id = "11111111-1111-4111-8111-111111111111";
    expect(await send(connection, id)).toMatchObject({ id, status: "Succeeded" });
    expect(await send(connection, id)).toMatchObject({ id, status: "Succeeded" });
    expect(inbox.alerts()).toMatchObject([
      { channel: "email", stage: "escalated", threshold: "150%", clientId: "9" },
    ]);
  });

  it("takes five mails a minute of a domain that Azure manages, and says when the next may come", async () => {
    inbox.setFaults({ mailLimits: "azure-managed" });
    const connection = setting(inbox.emailSettings, "EMAIL_CONNECTION");
    const client = new EmailClient(connection, {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
    for (let mail = 0; mail < 5; mail += 1) await client.beginSend(message);

    const refused = client.beginSend(message);

    await expect(refused).rejects.toMatchObject({ statusCode: 429, code: "TooManyRequests" });
    inbox.setFaults(undefined);
    expect(inbox.alerts()).toHaveLength(5);
  });

  it.each([
    ["a header without a value", { headers: { ...message.headers, "X-Latchkey-Client": "" } }],
    [
      "51 receivers",
      {
        recipients: {
          to: Array.from({ length: 51 }, (_, at) => ({ address: `olga-${at}@company.example` })),
        },
      },
    ],
  ])("is refused with %s", async (_, changes) => {
    const client = new EmailClient(setting(inbox.emailSettings, "EMAIL_CONNECTION"), {
      allowInsecureConnection: true,
    });
    await expect(client.beginSend({ ...message, ...changes })).rejects.toMatchObject({
      statusCode: 400,
    });
    expect(inbox.alerts()).toEqual([]);
  });

  it("is refused with another access key", async () => {
    const connection = `endpoint=${inbox.origin}/;accesskey=${btoa("another key")}`;
    await expect(send(connection, "22222222-2222-4222-8222-222222222222")).rejects.toMatchObject({
      statusCode: 401,
    });
  });
});

describe("reading", () => {
  const body = aWebhook({ stage: "requested", clientId: "<script>" });

  it("waits for the alert that a test is after", async () => {
    const coming = inbox.nextAlert(({ stage }) => stage === "requested");
    await sendWebhook(aWebhook({ stage: "reminded", clientId: "7" }));
    await sendWebhook(body);
    expect((await coming).clientId).toBe("<script>");
  });

  it("says what came instead when it never comes", async () => {
    await sendWebhook(body);
    await expect(inbox.nextAlert(({ stage }) => stage === "breached", 20)).rejects.toThrow(
      'No such alert in 20 ms; there are [{"channel":"webhook","stage":"requested"',
    );
  });

  it("shows the alerts as a page, with nothing taken for markup", async () => {
    await sendWebhook(body);
    const page = await (await fetch(inbox.origin)).text();
    expect(page).toContain("&lt;script&gt;");
    expect(page).not.toContain("<script>");
    expect(page).toMatch(/<html lang="en">[\s\S]*<h1>[\s\S]*<caption>/);
  });

  it("is emptied by DELETE", async () => {
    await sendWebhook(body);
    const response = await fetch(`${inbox.origin}/alerts.json`, { method: "DELETE" });
    expect(response.status).toBe(204);
    expect(await alertsOverHttp()).toEqual([]);
  });

  it("refuses with 503 while the fault lasts", async () => {
    inbox.setFaults({ share: 1 });
    const refused = await sendWebhook(body);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    inbox.setFaults(undefined);
    expect((await sendWebhook(body)).status).toBe(204);
  });
});
