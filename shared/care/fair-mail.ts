import { ceilingFor } from "../base/fair-share.ts";
import { shortHash } from "../base/short-hash.ts";
import type { Usage } from "../base/usage.ts";
import {
  type AlertGate,
  alertsOn,
  type ChannelLimits,
  heldBack,
  lettersOn,
} from "../consent/alerts/alert-gate.ts";
import type { PersonMail } from "./ports.ts";

const CHANNEL = "email";
/** Of what the mail service takes, letters get at most so much; the rest is left to operators' alerts. */
const SHARE = 1 / 3;
/** Of that, so much is kept for customers whose people have had few letters within the hour. */
const KEPT = 0.5;

const windows = ["minute", "hour"] as const;

/** How many letters go out in a window in which the mail service sends so many mails. */
export const lettersOf = (mails: number): number => Math.max(1, Math.floor(mails * SHARE));

/**
 * The mail service has one limit, which operators' alerts and letters to customers' people share. However many letters are to go
 * out, alerts keep the larger part, and no customer has more of the smaller one than the others leave. Hosts count together
 * (`usage.ts` says with which error). A letter that is held back throws, with its pause, and goes out when it is sent again.
 */
export function fairMail(
  mail: PersonMail,
  gate: Pick<AlertGate, "pausing">,
  usage: Usage,
  limits: ChannelLimits,
): PersonMail {
  const letters = lettersOn(CHANNEL);
  const perWindow = { minute: limits.perMinute, hour: limits.perHour };

  const heldMs = (own: string): number => {
    const used = usage.within("hour", own);
    const most = Math.max(1, usage.most("hour", `${letters}:`));
    const waits = windows.map((window) => {
      const share = lettersOf(perWindow[window]);
      const ceiling = Math.max(1, Math.floor(ceilingFor(share, KEPT, used, most)));
      if (usage.within(window, letters) >= ceiling) return usage.freeInMs(window, letters, ceiling);
      const sent = usage.within(window, letters) + usage.within(window, alertsOn(CHANNEL));
      return sent < perWindow[window] ? 0 : usage.freeInMs(window, alertsOn(CHANNEL), 1);
    });
    return Math.max(...waits);
  };

  return {
    send: async (letter) => {
      await usage.ready();
      const own = `${letters}:${shortHash(letter.subscription)}`;
      const waitMs = heldMs(own);
      if (waitMs > 0) throw heldBack(waitMs);
      return gate.pausing(CHANNEL, () => {
        for (const window of windows) usage.add(window, letters);
        usage.add("hour", own);
        return mail.send(letter);
      });
    },
  };
}
