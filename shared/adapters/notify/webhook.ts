import { Webhook } from "standardwebhooks";
import { type Alert, type AlertChannel, subjectOf } from "../../consent/alerts/alert.ts";
import { timeLeft } from "../../consent/alerts/describe-alert.ts";
import { postJson } from "./post-json.ts";

/** By which a receiver's firewall and log can tell us from others. */
const USER_AGENT = "Latchkey-Webhooks/1.0";

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
    send: (alert) => {
      const body = JSON.stringify({
        type: typeOf(alert),
        // The header below has the time of the attempt, this the time of what happened: a repeat says the same.
        timestamp: (alert.happenedAt ?? alert.sentAt).toISOString(),
        data: webhookData(alert),
      });
      const headers = {
        "user-agent": USER_AGENT,
        "webhook-id": alert.id,
        "webhook-timestamp": String(Math.floor(alert.sentAt.getTime() / 1000)),
        "webhook-signature": signer.sign(alert.id, alert.sentAt, body),
      };
      return postJson(options.url, headers, body);
    },
  };
}

function typeOf(alert: Alert): string {
  const { stage } = alert;
  if (stage === "stop") return alert.action;
  if (stage === "poison") return "message.poison";
  if (stage === "digest") return "consents.digest";
  return stage === "incident" ? "operation.incident" : `consent.${stage}`;
}

function webhookData(alert: Alert) {
  if (alert.stage === "poison") {
    const { stage, queue, count, messageId, reason } = alert;
    return { stage, clientId: "", queue, count, messageId, reason };
  }
  if (alert.stage === "incident") {
    const { stage, operationId, subscription, kind, reason, queueUrl } = alert;
    const { clientId } = subjectOf(alert);
    return { stage, clientId, operationId, subscription, kind, reason, queueUrl };
  }
  if (alert.stage === "stop") {
    const { happenedAt: _at, sentAt: _sent, id: _id, clientId = "", ...data } = alert;
    return { ...data, clientId };
  }
  if (alert.stage === "digest") {
    const { stage, count, items, stops, queueUrl } = alert;
    const shown = items.map(({ dueAt, ...item }) => ({ ...item, dueAt: dueAt.toISOString() }));
    // Dates are written as RFC 3339 by JSON itself.
    return { stage, clientId: "", count, items: shown, ...(stops && { stops }), queueUrl };
  }
  return {
    stage: alert.stage,
    ...(alert.threshold !== undefined && { threshold: alert.threshold }),
    clientId: alert.clientId,
    appId: alert.appId,
    displayName: alert.displayName,
    subscription: alert.subscription,
    roles: alert.roles,
    requestedBy: alert.requestedBy,
    ...(alert.requester && { requester: alert.requester }),
    ...(alert.excess && { excess: alert.excess }),
    ...(alert.before && { customer: alert.before }),
    requestedAt: alert.requestedAt.toISOString(),
    dueAt: alert.dueAt.toISOString(),
    timeLeft: timeLeft(alert),
    ...(alert.flags && { flags: alert.flags }),
    grantUrl: alert.grantUrl,
    requestUrl: alert.requestUrl,
    queueUrl: alert.queueUrl,
  };
}
