import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { LETTER } from "../../../infra/local/inbox/alert.ts";
import { startInbox } from "../../../infra/local/inbox/start.ts";
import { operationId } from "../../../shared/adapters/notify/mailer.ts";
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

  test("brings it once though it is not written quite the same the second time", async () => {
    const letter = aLetter();
    await mail.send(letter);
    expect(await mail.send({ ...letter, subject: "It ends in 6 days" })).toBe("taken");
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

/** A mail service of its own answers. */
async function answering(answer: (request: IncomingMessage) => [number, object?]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split("?")[0]}`);
    const [status, body] = answer(request);
    const location = status === 202 && { "operation-location": "/emails/operations/1" };
    const headers = { "retry-after": "42", "content-type": "application/json", ...location };
    response.writeHead(status, headers);
    response.end(body && JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const key = Buffer.from("a key").toString("base64");
  const mail = personMail({
    connection: `endpoint=http://127.0.0.1:${port}/;accesskey=${key}`,
    identityClientId: undefined,
    from: "latchkey@notifications.example",
  });
  return { mail, asked };
}

test.each([
  [401, { service: "alerts", executed: "unknown" }],
  [429, { service: "alerts", executed: "no", throttled: true, retryAfterSeconds: 42 }],
])("an answer %i is nobody's letter's fault", async (status, expected) => {
  const { mail } = await answering(() => [status]);

  const refusal = await mail.send(aLetter()).catch((error: unknown) => error);

  expect(refusal).toMatchObject(expected);
});

describe.each([400, 409])(
  "A letter whose answer was lost, and whose repeat is answered %i",
  (status) => {
    const sent = (state: [number, object?]) =>
      answering(({ method }) => (method === "POST" ? [status] : state));

    test.each(["NotStarted", "Running", "Succeeded"])("is taken where it is %s", async (is) => {
      const { mail, asked } = await sent([200, { id: "1", status: is }]);
      const letter = aLetter();

      expect(await mail.send(letter)).toBe("taken");
      const operation = `GET /emails/operations/${operationId(letter.id)}`;
      expect(asked).toEqual(["POST /emails:send", operation]);
    });

    test("will never be where the service has given up on it", async () => {
      const error = { code: "EmailDropped", message: "Dropped after several attempts." };
      const { mail } = await sent([200, { id: "1", status: "Failed", error }]);

      expect(await mail.send(aLetter())).toBe("refused");
    });

    test.each([401, 500])("comes again where that is answered %i", async (unsaid) => {
      const { mail } = await sent([unsaid]);

      await expect(mail.send(aLetter())).rejects.toMatchObject({ executed: "unknown" });
    });

    test("is what the answer says where the service has none of it", async () => {
      const { mail } = await sent([404]);

      const answer = await mail.send(aLetter()).catch((error: unknown) => error);

      expect(answer).toEqual(status === 400 ? "refused" : expect.any(RemoteUnavailable));
    });
  },
);

test("a letter that the service gives up at once will never be taken", async () => {
  const { mail } = await answering(({ method }) =>
    method === "POST"
      ? [202, { id: "1", status: "Running" }]
      : [200, { id: "1", status: "Failed" }],
  );

  expect(await mail.send(aLetter())).toBe("refused");
});
