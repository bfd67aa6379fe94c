import type { EmailMessage } from "@azure/communication-email";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { type Alert, type AlertChannel, subjectOf } from "../../consent/alerts/alert.ts";
import { describeAlert } from "../../consent/alerts/describe-alert.ts";
import { mailHtml, THEIRS } from "./mail-html.ts";
import { type MailerOptions, MailRefused, openMailer } from "./mailer.ts";

export interface EmailOptions extends MailerOptions {
  readonly from: string;
  readonly to: readonly string[];
  /** Who gets escalations; `to` when empty. */
  readonly escalationTo: readonly string[];
  /** In which times are told; an IANA name. */
  readonly timeZone: string;
}

/** Alerts by mail through Azure Communication Services. */
export function emailChannel(options: EmailOptions): AlertChannel {
  const mailer = openMailer(options);
  return {
    name: "email",
    send: async (alert) => {
      try {
        await mailer.send(alert.id, mail(options, alert));
      } catch (cause) {
        if (!(cause instanceof MailRefused)) throw cause;
        // An alert's receivers and sender are settings: operators can mend them, and then it goes out.
        throw new RemoteUnavailable("alerts", { executed: "no" }, { cause });
      }
    },
  };
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
      // Nothing may stand in an empty one: the mail service refuses the mail for it.
      ...(clientId !== "" && { "X-Latchkey-Client": clientId }),
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
