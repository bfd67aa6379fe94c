import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { LETTER } from "../../../infra/local/inbox/alert.ts";
import { startInbox } from "../../../infra/local/inbox/start.ts";
import { personMail } from "../../../shared/adapters/notify/person-mail.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { Letter, PersonMail } from "../../../shared/care/ports.ts";
import { memoryMail } from "../../doubles/memory-mail.ts";
import { newId } from "../../support/samples.ts";

interface MailTarget {
  readonly name: string;
  readonly mail: PersonMail;
  /** Receivers of what has arrived, oldest first. */
  arrived(): readonly string[];
  away(isAway: boolean): void;
}

const inbox = await startInbox({ port: 0, dataFile: ":memory:" });
afterAll(() => inbox.stop());

const Mail = z.object({
  senderAddress: z.string(),
  recipients: z.object({ to: z.tuple([z.object({ address: z.string() })]) }),
  content: z.object({ subject: z.string(), plainText: z.string(), html: z.string() }),
  headers: z.record(z.string(), z.string()),
  userEngagementTrackingDisabled: z.literal(true),
});
const letters = () => inbox.alerts().filter(({ stage }) => stage === LETTER);

const inMemory = memoryMail();
const toInbox = personMail({
  connection: inbox.emailSettings["EMAIL_CONNECTION"] ?? "",
  identityClientId: undefined,
  from: "latchkey@notifications.example",
});
const targets: MailTarget[] = [
  {
    name: "in memory",
    mail: inMemory,
    arrived: () => inMemory.taken.map(({ to }) => to),
    away: inMemory.away,
  },
  {
    name: "Azure Communication Services",
    mail: toInbox,
    arrived: () => letters().map(({ payload }) => Mail.parse(payload).recipients.to[0].address),
    away: (isAway) => inbox.setFaults(isAway ? { share: 1 } : undefined),
  },
];

const aLetter = (changes: Partial<Letter> = {}): Letter => ({
  id: newId(),
  subscription: "contoso",
  to: `${newId()}@contoso.example`,
  subject: "A secret of “Nachtimport” ends in 7 days",
  text: "In words",
  html: "<p>In words</p>",
  headers: {
    "List-Unsubscribe": "<https://latchkey.example/unsubscribe?w=1>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  },
  ...changes,
});

describe.each(targets)("Mail to persons, $name", ({ mail, arrived, away }) => {
  test("brings a letter to the one it is for", async () => {
    const letter = aLetter();
    expect(await mail.send(letter)).toBe("taken");
    expect(arrived().at(-1)).toBe(letter.to);
  });

  test("brings it once, however often it is sent under its id", async () => {
    const letter = aLetter();
    await mail.send(letter);
    expect(await mail.send(letter)).toBe("taken");
    expect(arrived().filter((to) => to === letter.to)).toHaveLength(1);
  });

  test("says which letter will never be taken", async () => {
    const before = arrived().length;
    expect(await mail.send(aLetter({ to: "nobody" }))).toBe("refused");
    expect(arrived()).toHaveLength(before);
  });

  test("throws while the service is away, and brings the same letter afterwards", async () => {
    const letter = aLetter();
    away(true);
    await expect(mail.send(letter)).rejects.toBeInstanceOf(RemoteUnavailable);
    away(false);
    expect(await mail.send(letter)).toBe("taken");
    expect(arrived().filter((to) => to === letter.to)).toHaveLength(1);
  });
});

test("a letter arrives as it was written, with its headers, and watches nobody", async () => {
  const letter = aLetter();
  await toInbox.send(letter);
  const { payload, clientId } = letters().at(-1) ?? expect.fail();
  expect(clientId).toBe("");
  expect(Mail.parse(payload)).toMatchObject({
    senderAddress: "latchkey@notifications.example",
    content: { subject: letter.subject, plainText: letter.text, html: letter.html },
    headers: letter.headers,
  });
});

test.each([
  [401, { service: "alerts", executed: "unknown" }],
  [429, { service: "alerts", executed: "no", throttled: true, retryAfterSeconds: 42 }],
])("an answer %i is nobody's letter's fault", async (status, expected) => {
  const server = createServer((_request, response) =>
    response.writeHead(status, { "retry-after": "42" }).end(),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const key = Buffer.from("a key").toString("base64");
  const mail = personMail({
    connection: `endpoint=http://127.0.0.1:${port}/;accesskey=${key}`,
    identityClientId: undefined,
    from: "latchkey@notifications.example",
  });

  const refusal = await mail.send(aLetter()).catch((error: unknown) => error);

  server.close();
  expect(refusal).toMatchObject(expected);
});
