/**
 * What the mail service takes of one domain (Microsoft Learn, "Service limits for Azure Communication Services", Email): one
 * that Azure manages cannot have more, one's own can be raised by a ticket.
 */
const LIMITS = {
  "azure-managed": { minute: 5, hour: 10 },
  custom: { minute: 30, hour: 100 },
} as const;

export type MailDomain = keyof typeof LIMITS;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface MailLimits {
  /** Counts one attempt. Nothing: it may be sent; otherwise the seconds to wait. A refused attempt counts as well. */
  refuse(domain: MailDomain, now: number): number | undefined;
  clear(): void;
}

export function mailLimits(): MailLimits {
  let attempts: number[] = [];
  const leftOf = (
    since: number,
    most: number,
    windowMs: number,
    now: number,
  ): number | undefined => {
    const within = attempts.filter((at) => at > since);
    const blocking = within.at(-most);
    return within.length >= most && blocking !== undefined ? blocking + windowMs - now : undefined;
  };
  return {
    refuse: (domain, now) => {
      const { minute, hour } = LIMITS[domain];
      attempts = attempts.filter((at) => at > now - HOUR_MS);
      const waits = [
        leftOf(now - MINUTE_MS, minute, MINUTE_MS, now),
        leftOf(now - HOUR_MS, hour, HOUR_MS, now),
      ].filter((wait) => wait !== undefined);
      attempts.push(now);
      return waits.length > 0 ? Math.max(1, Math.ceil(Math.max(...waits) / 1000)) : undefined;
    },
    clear: () => {
      attempts = [];
    },
  };
}
