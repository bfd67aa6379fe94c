import * as z from "zod";
import { lettersOf } from "../../../shared/care/fair-mail.ts";
import { singlesOf } from "../../../shared/consent/alerts/alert-gate.ts";
import { consentSettingList } from "../../../shared/settings/consent-settings.ts";
import type { Fault } from "../tenant/fault.ts";

/**
 * What the mail service sends for its domain, and what that leaves for alerts and letters. Source: Microsoft Learn, "Service limits
 * for Azure Communication Services", Email: no ticket raises those of a domain that Azure manages.
 */

const MANAGED = { perMinute: 5, perHour: 10 };
/** Domains that Azure manages end so. */
const MANAGED_DOMAIN = /\.azurecomm\.net$/i;

type Named = Readonly<Record<string, string | undefined>>;

export interface MailLimits {
  /** For people, a line each. */
  readonly lines: readonly string[];
  readonly faults: readonly Fault[];
}

/** @returns nothing where no mails are sent */
export function mailLimits(named: Named): MailLimits | undefined {
  const isMade = named["EMAIL_ENABLED"] === "true";
  if (!isMade && !named["EMAIL_CONNECTION"]) return undefined;
  // The domain that the deployment makes is one; a sender at one's own takes its place (infra/app/email.bicep).
  const from = named["ALERT_EMAIL_FROM"] ?? "";
  const isManaged = from === "" ? isMade : MANAGED_DOMAIN.test(from);
  const given = read(named, isMade && isManaged);
  const { perMinute, perHour, budget } = given;
  const domain = isManaged ? "a domain that Azure manages" : "a domain of your own";
  return {
    lines: [
      `Mail: ${perMinute} a minute and ${perHour} an hour, for all customers together (${domain}; EMAIL_PER_MINUTE, EMAIL_PER_HOUR).`,
      `  Alerts about one customer: ${singlesOf(perHour, budget)} an hour by mail, then one digest. Nobody's first alert waits for another's tenth.`,
      `  Letters to customers' people, reminders of what expires: ${lettersOf(perMinute)} a minute and ${lettersOf(perHour)} an hour at most; what is more goes out later.`,
      isManaged
        ? "  No ticket raises that. With more than a few customers, verify a domain of your own: 30 a minute and 100 an hour."
        : "  30 and 100 at first; a ticket raises that, and the settings follow it.",
    ],
    faults: isManaged ? tooMuch(given) : [],
  };
}

function read(named: Named, isLimited: boolean) {
  const { EMAIL_PER_MINUTE, EMAIL_PER_HOUR, ALERT_BUDGET } = consentSettingList;
  const shape = z.object({ EMAIL_PER_MINUTE, EMAIL_PER_HOUR, ALERT_BUDGET });
  const said = Object.fromEntries(Object.entries(named).filter(([, value]) => value));
  // What the template emits where nothing is said (infra/app/email.bicep).
  const unsaid = isLimited
    ? { EMAIL_PER_MINUTE: `${MANAGED.perMinute}`, EMAIL_PER_HOUR: `${MANAGED.perHour}` }
    : {};
  const env = shape.parse({ ...unsaid, ...said });
  return {
    perMinute: env.EMAIL_PER_MINUTE,
    perHour: env.EMAIL_PER_HOUR,
    budget: env.ALERT_BUDGET,
  };
}

const tooMuch = ({ perMinute, perHour }: ReturnType<typeof read>): readonly Fault[] =>
  perMinute <= MANAGED.perMinute && perHour <= MANAGED.perHour
    ? []
    : [
        {
          code: "mail-limits",
          what: `The service reckons with ${perMinute} mails a minute and ${perHour} an hour; the sender's domain, which Azure manages, sends ${MANAGED.perMinute} and ${MANAGED.perHour}.`,
          remedy: `Set EMAIL_PER_MINUTE to ${MANAGED.perMinute} and EMAIL_PER_HOUR to ${MANAGED.perHour}, or verify a domain of your own: what is refused counts as well.`,
        },
      ];
