import * as z from "zod";
import { shortHash } from "../base/short-hash.ts";
import { parseCalendar, timeZoneOf } from "../consent/clock/parse-calendar.ts";
import { parseThresholds, stagesOf } from "../consent/clock/thresholds.ts";
import { duration, guid, list, schedule, text, webUrl, wholeNumber } from "./setting-kinds.ts";

/** The settings of the consent clock and of its channels; part of `setting-list.ts`. */

const addresses = (description: string) =>
  list(description).pipe(z.array(z.email({ error: "must hold mail addresses" })));

const receiver = (description: string) => webUrl(description).optional();

export const consentSettingList = {
  CONSENT_SLA: duration("PT24H", "How soon an administrator decides on a new client (ISO 8601)"),
  CONSENT_REMINDERS: z
    .string()
    .default("50%,80%,100%,150%")
    .transform((value, context) => parsed(context, () => parseThresholds(value)))
    .describe(
      "When operators are reminded: shares of the SLA, or `PT4H before` and `PT4H after` the due time; 100 % always counts",
    ),
  CONSENT_CALENDAR: text(
    "When somebody is there to decide: `always`, or weekly hours and their time zone, such as `Mon-Fri 09:00-17:00 Europe/Berlin`",
  ).default("always"),
  CONSENT_HOLIDAYS: list("Dates (ISO 8601) on which nobody is there, separated by commas").pipe(
    z.array(z.iso.date({ error: "must hold dates such as 2026-12-24" })),
  ),
  ALERT_TIME_ZONE: z
    .string()
    .refine(isTimeZone, { error: "must be an IANA time zone such as Europe/Berlin" })
    .describe(
      "In which mails and cards tell times (IANA name); left out, that of CONSENT_CALENDAR, or UTC",
    )
    .optional(),
  CONSENT_GRANT: z
    .enum(["manual", "automatic-on-approve"])
    .default("manual")
    .describe(
      "`automatic-on-approve`: operators may grant from here, which needs the Graph permission AppRoleAssignment.ReadWrite.All",
    ),
  CONSENT_SWEEP_SCHEDULE: schedule(
    "30 * * * * *",
    "When all pending consents are held against the directory (NCRONTAB, six fields)",
  ),
  CONSENT_REVOCATION_EVERY: duration(
    "PT1H",
    "How often everything that is granted is held against the directory (ISO 8601)",
  ),
  CONSENT_REVOCATION_SCHEDULE: schedule(
    "15 */5 * * * *",
    "When it is asked whether that is due, and a pass that died is gone on with (NCRONTAB, six fields)",
  ),
  ALERT_WEBHOOK_URL: receiver("Receiver of signed alerts (Standard Webhooks)"),
  ALERT_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/=]{32,}$/, {
      error: "must be whsec_ and 24 or more bytes in Base64",
    })
    .describe("Key the alerts are signed with: `whsec_` and at least 24 bytes in Base64")
    .optional(),
  ALERT_TEAMS_URL: receiver(
    "Address of a Teams workflow that posts what it receives; it is a secret",
  ),
  EMAIL_CONNECTION: text(
    "Azure Communication Services: a connection string, or its endpoint to sign in with the identity",
  ).optional(),
  EMAIL_IDENTITY_CLIENT_ID: guid(
    "Client id of the user-assigned identity for the mail service",
  ).optional(),
  ALERT_EMAIL_FROM: z
    .email({ error: "must be a mail address" })
    .describe("Sender of mails: alerts, and letters to customers' people")
    .optional(),
  UNSUBSCRIBE_KEY: z
    .string()
    .trim()
    .min(32, { error: "must have at least 32 characters" })
    .describe(
      "Key that signs the addresses in letters to customers' people which end their mail; left out, there are no letters",
    )
    .optional(),
  ALERT_EMAIL_TO: addresses("Operators who get alerts by mail, separated by commas"),
  ALERT_ESCALATION_TO: addresses(
    "Who gets the alerts after the due time by mail instead; ALERT_EMAIL_TO when left out",
  ),
  ALERT_BUDGET: wholeNumber(
    1,
    10_000,
    10,
    "Alerts about one subscription in an hour on each channel; what is more comes in a digest, or later",
  ),
  EMAIL_PER_MINUTE: wholeNumber(
    1,
    100_000,
    30,
    "Mails in a minute that the mail service sends for its domain: 30 for one's own until raised, 5 for one that Azure manages",
  ),
  EMAIL_PER_HOUR: wholeNumber(1, 1_000_000, 100, "The same in an hour: 100, and 10"),
  ADMIN_CONSENT_URL: z
    .url()
    .includes("{appId}", { error: "must contain {appId}" })
    .default(
      "https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/{appId}/isMSAApp~/false",
    )
    .describe(
      "The page where an administrator consents to a client; `{appId}` stands for its client id",
    ),
  PUBLIC_URL: webUrl(
    "Where people reach this service, for links in alerts; left out, the host name Azure gives it",
  )
    .refine((url) => !/[?#]/.test(url), { error: "must have no query: paths are put behind it" })
    .optional(),
};

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

type Environment = z.infer<z.ZodObject<typeof consentSettingList>>;
type Present = Readonly<Record<string, string | undefined>>;

function parsed<T>(context: z.RefinementCtx, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : "cannot be read");
    return z.NEVER;
  }
}

/** What no single one can say. */
export function unmetConsentNeeds(env: Present): string[] {
  const problems: string[] = [];
  // A list of nobody is no channel.
  const isGiven = (name: string): boolean => /[^\s,]/.test(env[name] ?? "");
  const pair = (name: string, other: string): void => {
    if (isGiven(name) && !env[other]) problems.push(`${other} is missing: ${name} is set`);
  };
  pair("ALERT_WEBHOOK_URL", "ALERT_WEBHOOK_SECRET");
  pair("ALERT_EMAIL_TO", "EMAIL_CONNECTION");
  pair("ALERT_EMAIL_TO", "ALERT_EMAIL_FROM");
  if (!env["ALERT_WEBHOOK_URL"] && !env["ALERT_TEAMS_URL"] && !isGiven("ALERT_EMAIL_TO"))
    problems.push(
      "ALERT_WEBHOOK_URL is missing: alerts need at least one channel; set it, ALERT_TEAMS_URL or ALERT_EMAIL_TO",
    );
  const receivers = MailSettings.safeParse(env).data;
  const count = new Set(receivers && Object.values(receivers).flat()).size;
  // A digest that holds an escalation goes to both.
  if (count > MOST_RECEIVERS)
    problems.push(
      `ALERT_EMAIL_TO and ALERT_ESCALATION_TO hold ${count} addresses: the mail service takes ${MOST_RECEIVERS} in one mail`,
    );
  const clock = ClockSettings.safeParse(env);
  if (!clock.success) return problems;
  const { CONSENT_CALENDAR, CONSENT_HOLIDAYS, CONSENT_REMINDERS, CONSENT_SLA } = clock.data;
  try {
    const calendar = parseCalendar(CONSENT_CALENDAR, CONSENT_HOLIDAYS);
    // Found out by a create, it would be after the directory has made the client.
    const last = stagesOf(CONSENT_REMINDERS, CONSENT_SLA).at(-1)?.offsetMs ?? 0;
    if (!(calendar.add(new Date(), last).getTime() < LAST_DATE))
      throw new RangeError("the last of CONSENT_REMINDERS lies after the year 9999");
  } catch (error) {
    const why = error instanceof Error ? error.message : "cannot be read";
    problems.push(`CONSENT_CALENDAR is wrong: ${why}`);
  }
  return problems;
}

/** Microsoft Learn, "Service limits for Azure Communication Services", Email. */
const MOST_RECEIVERS = 50;
const MailSettings = z
  .object(consentSettingList)
  .pick({ ALERT_EMAIL_TO: true, ALERT_ESCALATION_TO: true });

/** Those of which only all together tell when a stage is. */
const ClockSettings = z.object(consentSettingList).pick({
  ...{ CONSENT_CALENDAR: true, CONSENT_HOLIDAYS: true },
  ...{ CONSENT_REMINDERS: true, CONSENT_SLA: true },
});
const LAST_DATE = Date.UTC(9999, 11, 31);

/** @param hostName where the platform says that the service answers (`WEBSITE_HOSTNAME`) */
export function arrangeConsent(env: Environment, hostName: string | undefined) {
  const timeZone = env.ALERT_TIME_ZONE ?? timeZoneOf(env.CONSENT_CALENDAR);
  return Object.freeze({
    slaMs: env.CONSENT_SLA,
    calendar: parseCalendar(env.CONSENT_CALENDAR, env.CONSENT_HOLIDAYS),
    thresholds: env.CONSENT_REMINDERS,
    policy: shortHash(
      [env.CONSENT_CALENDAR, env.CONSENT_HOLIDAYS, env.CONSENT_REMINDERS.map(({ name }) => name)]
        .flat()
        .join("\n"),
    ),
    automaticGrant: env.CONSENT_GRANT === "automatic-on-approve",
    sweepSchedule: env.CONSENT_SWEEP_SCHEDULE,
    revocationEveryMs: env.CONSENT_REVOCATION_EVERY,
    revocationSchedule: env.CONSENT_REVOCATION_SCHEDULE,
    webhook:
      env.ALERT_WEBHOOK_URL && env.ALERT_WEBHOOK_SECRET
        ? { url: env.ALERT_WEBHOOK_URL, secret: env.ALERT_WEBHOOK_SECRET }
        : undefined,
    teams: env.ALERT_TEAMS_URL ? { url: env.ALERT_TEAMS_URL, timeZone } : undefined,
    email:
      env.EMAIL_CONNECTION && env.ALERT_EMAIL_FROM && env.ALERT_EMAIL_TO.length > 0
        ? {
            connection: env.EMAIL_CONNECTION,
            identityClientId: env.EMAIL_IDENTITY_CLIENT_ID,
            from: env.ALERT_EMAIL_FROM,
            to: env.ALERT_EMAIL_TO,
            escalationTo: env.ALERT_ESCALATION_TO,
            timeZone,
          }
        : undefined,
    letters:
      env.EMAIL_CONNECTION && env.ALERT_EMAIL_FROM && env.UNSUBSCRIBE_KEY
        ? {
            connection: env.EMAIL_CONNECTION,
            identityClientId: env.EMAIL_IDENTITY_CLIENT_ID,
            from: env.ALERT_EMAIL_FROM,
            unsubscribeKey: env.UNSUBSCRIBE_KEY,
          }
        : undefined,
    alerts: {
      budget: env.ALERT_BUDGET,
      limits: { email: { perMinute: env.EMAIL_PER_MINUTE, perHour: env.EMAIL_PER_HOUR } },
    },
    grantUrl: (appId: string) => env.ADMIN_CONSENT_URL.replace("{appId}", appId),
    timeZone,
    publicUrl: (env.PUBLIC_URL ?? fromHostName(hostName)).replace(/\/$/, ""),
    queueUrl: `${(env.PUBLIC_URL ?? fromHostName(hostName)).replace(/\/$/, "")}/consents`,
  });
}

/** Azure's own name, or that of Core Tools on a laptop, which speaks plain http. */
function fromHostName(hostName = "localhost:7071"): string {
  const isLocal = /^(localhost|127\.0\.0\.1)(:|$)/.test(hostName);
  return `${isLocal ? "http" : "https"}://${hostName}`;
}
