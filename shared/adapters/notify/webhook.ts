import { Webhook } from "standardwebhooks";
import type { Alert, AlertChannel } from "../../consent/alert.ts";
import { RemoteUnavailable } from "../../unavailable.ts";

const TIMEOUT_MS = 10_000;

/**
 * Alerts as Standard Webhooks (standardwebhooks.com): signed with HMAC-SHA256 over id, timestamp and body. The id is the
 * alert's own, so that a receiver can drop a repeat.
 */
export function webhookChannel(options: {
  readonly url: string;
  /** `whsec_…` */
  readonly secret: string;
}): AlertChannel {
  const signer = new Webhook(options.secret);
  return {
    name: "webhook",
    send: async (alert) => {
      const body = JSON.stringify({
        type: `consent.${alert.stage}`,
        timestamp: alert.sentAt.toISOString(),
        data: webhookData(alert),
      });
      const response = await fetch(options.url, {
        method: "POST",
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          "content-type": "application/json",
          "webhook-id": alert.id,
          "webhook-timestamp": String(Math.floor(alert.sentAt.getTime() / 1000)),
          "webhook-signature": signer.sign(alert.id, alert.sentAt, body),
        },
        body,
      }).catch((cause: unknown) => {
        // The cause names the address, which is a secret: it goes no further than its kind.
        throw notTaken(cause instanceof Error ? cause.name : "unknown");
      });
      await response.body?.cancel();
      if (!response.ok) throw notTaken(`HTTP ${response.status}`);
    },
  };
}

const notTaken = (why: string) =>
  new RemoteUnavailable("alerts", { executed: "unknown" }, { cause: new Error(`Webhook: ${why}`) });

const webhookData = (alert: Alert) => ({
  stage: alert.stage,
  ...(alert.threshold !== undefined && { threshold: alert.threshold }),
  clientId: alert.clientId,
  appId: alert.appId,
  displayName: alert.displayName,
  subscription: alert.subscription,
  requestedBy: alert.requestedBy,
  requestedAt: alert.requestedAt.toISOString(),
  dueAt: alert.dueAt.toISOString(),
  grantUrl: alert.grantUrl,
});
