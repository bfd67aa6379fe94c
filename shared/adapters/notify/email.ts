import { createHash } from "node:crypto";
import type { EmailClient, EmailMessage } from "@azure/communication-email";
import * as z from "zod";
import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { type Alert, type AlertChannel, subjectOf } from "../../consent/alerts/alert.ts";
import { describeAlert } from "../../consent/alerts/describe-alert.ts";
import { managedIdentity } from "../identity/managed-identity.ts";
import { loadSoon } from "../load-soon.ts";
import { mailHtml, THEIRS } from "./mail-html.ts";
import { retryAfterSeconds } from "./retry-after.ts";

export interface EmailOptions {
  /** A connection string, or an endpoint to sign in to with the identity. */
  readonly connection: string;
  readonly identityClientId: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  /** Who gets escalations; `to` when empty. */
  readonly escalationTo: readonly string[];
  /** In which times are told; an IANA name. */
  readonly timeZone: string;
}

const TIMEOUT_MS = 10_000;
/** A 429 that names no pause: the mail service's shorter window. */
const UNSAID_PAUSE_SECONDS = 60;

/**
 * Alerts by mail through Azure Communication Services. The operation id follows from the alert's own, so that a repeat is the
 * same mail.
 */
export function emailChannel(options: EmailOptions): AlertChannel {
  const client = loadSoon(() => openClient(options));
  return {
    name: "email",
    send: async (alert) => {
      try {
        const mailer = await client();
        await mailer.beginSend(mail(options, alert), {
          operationId: operationId(alert.id),
          abortSignal: AbortSignal.timeout(Math.ceil(timeLeftMs(TIMEOUT_MS))),
        });
      } catch (error) {
        throw notSent(error);
      }
    },
  };
}

/** What a failure of the SDK's says: its class is not exported by what is loaded here. */
const Failure = z.object({
  statusCode: z.number().optional(),
  response: z
    .object({
      headers: z.custom<{ get(name: string): string | undefined }>(
        (headers) => typeof headers === "object" && headers !== null && "get" in headers,
      ),
    })
    .optional(),
});

/** The service's own message may quote addresses: only its kind goes on, and the pause that it asks for. */
function notSent(error: unknown): RemoteUnavailable {
  const { statusCode, response } = Failure.safeParse(error).data ?? {};
  const kind = error instanceof Error ? error.name : "unknown";
  const seconds = retryAfterSeconds(response?.headers.get("retry-after"));
  const throttled = statusCode === 429;
  return new RemoteUnavailable(
    "alerts",
    {
      executed: throttled ? "no" : "unknown",
      ...((throttled || seconds !== undefined) && {
        throttled: true,
        retryAfterSeconds: seconds ?? UNSAID_PAUSE_SECONDS,
      }),
    },
    { cause: new Error(`Mail: ${kind}${statusCode === undefined ? "" : ` ${statusCode}`}`) },
  );
}

async function openClient({ connection, identityClientId }: EmailOptions): Promise<EmailClient> {
  const { EmailClient } = await import("./email-sdk.ts");
  // An attempt that is refused counts against the domain's limits as well: whoever called comes back after the pause.
  const retryOptions = { maxRetries: 0 };
  if (!/^endpoint=/i.test(connection)) {
    return new EmailClient(connection, managedIdentity(identityClientId), { retryOptions });
  }
  // A stand-in on this machine speaks plain http; Azure's endpoints are https.
  const allowInsecureConnection = /^endpoint=http:/i.test(connection);
  return new EmailClient(connection, { retryOptions, allowInsecureConnection });
}

function mail({ from, to, escalationTo, timeZone }: EmailOptions, alert: Alert): EmailMessage {
  const described = describeAlert(alert, timeZone);
  const { title, sentence, facts, links, theirs } = described;
  const receivers = receiversOf(alert, to, escalationTo);
  const { clientId, threshold } = subjectOf(alert);
  const lines = (pairs: readonly (readonly [string, string])[]): string[] =>
    pairs.map(([label, value]) => `${label}: ${value}`);
  const text = [sentence, "", ...lines(facts), ...lines(links), "", THEIRS, ...lines(theirs), ""];
  return {
    senderAddress: from,
    recipients: { to: receivers.map((address) => ({ address })) },
    content: { subject: title, plainText: text.join("\n"), html: mailHtml(described) },
    headers: {
      "X-Latchkey-Stage": alert.stage,
      "X-Latchkey-Client": clientId,
      ...(threshold !== undefined && { "X-Latchkey-Threshold": threshold }),
    },
    disableUserEngagementTracking: true,
  };
}

/** A digest that holds an escalation is for everybody. */
function receiversOf(
  alert: Alert,
  to: readonly string[],
  escalationTo: readonly string[],
): readonly string[] {
  if (escalationTo.length === 0) return to;
  if (alert.stage === "escalated") return escalationTo;
  const escalates =
    alert.stage === "digest" && alert.items.some(({ stage }) => stage === "escalated");
  return escalates ? [...new Set([...to, ...escalationTo])] : to;
}

/** A UUID that is the same for the same alert (RFC 9562, version 8: 122 bits of its SHA-256). */
export function operationId(alertId: string): string {
  const bytes = createHash("sha256").update(alertId).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
