import type { PersonMail } from "../../care/ports.ts";
import { type MailerOptions, MailRefused, openMailer } from "./mailer.ts";

export interface PersonMailOptions extends MailerOptions {
  readonly from: string;
}

/** Mails to customers' people through Azure Communication Services. Nothing in them tells who opened them or followed a link. */
export function personMail(options: PersonMailOptions): PersonMail {
  const mailer = openMailer(options);
  return {
    send: async ({ id, to, subject, text, html, headers }) => {
      try {
        await mailer.send(id, {
          senderAddress: options.from,
          recipients: { to: [{ address: to }] },
          content: { subject, plainText: text, html },
          ...(headers && { headers: { ...headers } }),
          disableUserEngagementTracking: true,
        });
        return "taken";
      } catch (error) {
        if (error instanceof MailRefused) return "refused";
        throw error;
      }
    },
  };
}
