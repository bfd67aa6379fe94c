import { createHash } from "node:crypto";
import type { EmailClient, EmailMessage } from "@azure/communication-email";
import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { type Alert, type AlertChannel, subjectOf } from "../../consent/alerts/alert.ts";
import { describeAlert } from "../../consent/alerts/describe-alert.ts";
import { managedIdentity } from "../identity/managed-identity.ts";
import { loadSoon } from "../load-soon.ts";

export interface EmailOptions {
  /** A connection string, or an endpoint to sign in to with the identity. */
  readonly connection: string;
  readonly identityClientId: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  /** Who gets escalations; `to` when empty. */
  readonly escalationTo: readonly string[];
}

const TIMEOUT_MS = 10_000;

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
        // The service's own message may quote addresses: only its kind goes on.
        const kind = error instanceof Error ? error.name : "unknown";
        const status =
          error instanceof Error && "statusCode" in error ? ` ${String(error.statusCode)}` : "";
        throw new RemoteUnavailable(
          "alerts",
          { executed: "unknown" },
          { cause: new Error(`Mail: ${kind}${status}`) },
        );
      }
    },
  };
}

async function openClient({ connection, identityClientId }: EmailOptions): Promise<EmailClient> {
  const { EmailClient } = await import("./email-sdk.ts");
  const retryOptions = { maxRetries: 1, retryDelayInMs: 200 };
  if (!/^endpoint=/i.test(connection)) {
    return new EmailClient(connection, managedIdentity(identityClientId), { retryOptions });
  }
  // A stand-in on this machine speaks plain http; Azure's endpoints are https.
  const allowInsecureConnection = /^endpoint=http:/i.test(connection);
  return new EmailClient(connection, { retryOptions, allowInsecureConnection });
}

function mail({ from, to, escalationTo }: EmailOptions, alert: Alert): EmailMessage {
  const { title, sentence, facts, links } = describeAlert(alert);
  const escalates = alert.stage === "escalated" && escalationTo.length > 0;
  const { clientId, threshold } = subjectOf(alert);
  const lines = [...facts, ...links].map(([label, value]) => `${label}: ${value}`);
  return {
    senderAddress: from,
    recipients: { to: (escalates ? escalationTo : to).map((address) => ({ address })) },
    content: { subject: title, plainText: [sentence, "", ...lines, ""].join("\n") },
    headers: {
      "X-Latchkey-Stage": alert.stage,
      "X-Latchkey-Client": clientId,
      ...(threshold !== undefined && { "X-Latchkey-Threshold": threshold }),
    },
    disableUserEngagementTracking: true,
  };
}

/** A UUID that is the same for the same alert (RFC 9562, version 8: 122 bits of its SHA-256). */
export function operationId(alertId: string): string {
  const bytes = createHash("sha256").update(alertId).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
