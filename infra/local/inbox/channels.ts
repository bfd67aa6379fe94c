import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import type { Alert } from "./alert.ts";
import { isSignedBy } from "./email-signature.ts";

export interface Keys {
  /** `whsec_…`, the shared secret of Standard Webhooks. */
  readonly webhookSecret: string;
  /** From which the secrets of customers' own webhooks are made. */
  readonly customersKey: string;
  /** Base64, the access key of the mail service. */
  readonly emailKey: string;
  /** The secret in the URL of a Teams workflow. */
  readonly teamsSignature: string;
  /** What the service signs addresses in letters with. */
  readonly unsubscribeKey: string;
}

/** What a channel answers, and whether the body is to be recorded as an alert. */
interface Verdict {
  readonly status: number;
  readonly record: boolean;
  /** The alert's own id, where the channel has room for one. */
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What to do where the body is found to be none that the channel takes. */
  readonly undo?: () => void;
}

export interface Channel {
  readonly name: Alert["channel"];
  readonly path: string;
  receive(request: IncomingMessage, url: URL, body: string): Verdict;
}

const refused = (message: string): Verdict => ({
  status: 401,
  record: false,
  body: { error: { code: "Unauthorized", message } },
});

/** Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature` over the body, at most five minutes old. */
const webhook = ({ webhookSecret }: Keys): Channel => ({
  name: "webhook",
  path: "/webhook",
  receive: ({ headers }, _url, body) => {
    const header = (name: string) => String(headers[name] ?? "");
    try {
      new Webhook(webhookSecret).verify(body, {
        "webhook-id": header("webhook-id"),
        "webhook-timestamp": header("webhook-timestamp"),
        "webhook-signature": header("webhook-signature"),
      });
    } catch (error) {
      return refused(error instanceof Error ? error.message : String(error));
    }
    return { status: 204, record: true, id: header("webhook-id") };
  },
});

/** "When a Teams webhook request is received" of Power Automate: the URL's `sig` is the only secret; 202 with an empty body. */
const teams = ({ teamsSignature }: Keys): Channel => ({
  name: "teams",
  path: "/workflows/alerts/triggers/manual/paths/invoke",
  receive: (_request, url) =>
    url.searchParams.get("sig") === teamsSignature
      ? { status: 202, record: true }
      : refused("The workflow's sig is wrong."),
});

/** Operations of the mail service, and the SHA-256 of what each was begun with. */
export type MailOperations = Map<string, string>;

/**
 * Azure Communication Services Email. An operation that is told twice (`Operation-Id`) sends one mail: the same mail is answered as
 * before, another one is refused (Microsoft Learn, "Repeatability of requests").
 */
const email = ({ emailKey }: Keys, operations: MailOperations): Channel => ({
  name: "email",
  path: "/emails:send",
  receive: (request, url, body) => {
    if (!isSignedBy(emailKey, request, body)) return refused("The HMAC signature is wrong.");
    const given = request.headers["operation-id"];
    const id = typeof given === "string" ? given : randomUUID();
    const content = createHash("sha256").update(body).digest("base64");
    const before = operations.get(id);
    if (before !== undefined && before !== content) {
      const message = "The request does not match the one that the operation was begun with.";
      return { status: 400, record: false, body: { error: { code: "BadRequest", message } } };
    }
    operations.set(id, content);
    return {
      status: 202,
      record: before === undefined,
      id,
      headers: {
        "operation-location": `http://${request.headers.host}/emails/operations/${id}${url.search}`,
        "retry-after": "1",
      },
      body: { id, status: "Running" },
      undo: () => operations.delete(id),
    };
  },
});

export const createChannels = (keys: Keys, operations: MailOperations): readonly Channel[] => [
  webhook(keys),
  teams(keys),
  email(keys, operations),
];

/** The mail service's long-running operation, which here is always done where it was begun. */
export function answerOperation(
  response: ServerResponse,
  path: string,
  operations: MailOperations,
): boolean {
  const id = /^\/emails\/operations\/([^/]+)$/.exec(path)?.[1];
  if (!id || !operations.has(id)) return false;
  response
    .writeHead(200, { "content-type": "application/json" })
    .end(JSON.stringify({ id, status: "Succeeded" }));
  return true;
}
