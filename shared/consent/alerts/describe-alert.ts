import { quoted } from "../../clients/names/quoted.ts";
import type { MeantRole } from "../../clients/role-meaning.ts";
import type { Standing } from "../../clients/standing.ts";
import type { NameFlag } from "../name-flags.ts";
import type { Alert, ConsentAlert, DigestAlert, IncidentAlert, PoisonAlert } from "./alert.ts";
import { describeStop, stopInWords } from "./describe-stop.ts";
import { moment } from "./moment.ts";

/**
 * An alert for people, whichever channel shows it. What a customer wrote stands last, quoted and cut (`quoted.ts`), so that none
 * of it can be taken for ours.
 */
export interface Described {
  /** One line: the subject of a mail, the head of a card. */
  readonly title: string;
  /** Ours alone. */
  readonly sentence: string;
  /** Ours alone: ids, times, words of this service. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly links: readonly (readonly [label: string, url: string])[];
  /** What a customer or their issuer wrote, quoted already; shown after everything else. */
  readonly theirs: readonly (readonly [label: string, value: string])[];
}

const FLAGS: Readonly<Record<NameFlag, string>> = {
  "mixed-scripts": "a word of the client's name mixes letters of several scripts",
  resembles: "the client's name looks like that of another customer's client",
};

/** Of a title, how much may be a customer's. */
const IN_TITLE = 48;

/**
 * What a consent alert calls for; `poison` has no client and no links.
 *
 * @param timeZone the IANA name of the zone in which times are told
 */
export function describeAlert(alert: Alert, timeZone: string): Described {
  if (alert.stage === "poison") return describePoison(alert);
  if (alert.stage === "incident") return describeIncident(alert);
  if (alert.stage === "stop") return describeStop(alert, timeZone);
  if (alert.stage === "digest") return describeDigest(alert, timeZone);
  return {
    ...headline(alert),
    facts: [
      ...alert.roles.map((role) => ["Asks for", roleInWords(role)] as const),
      ...(alert.excess ?? []).map(
        ({ resource, role }) => ["Has besides", quoted(`${role} of ${resource}`)] as const,
      ),
      ...(alert.before ? [["Customer has besides", standingInWords(alert.before)] as const] : []),
      ...(alert.flags ?? []).map((flag) => ["Look twice", FLAGS[flag]] as const),
      ["Client id", alert.appId],
      ["Requested at", moment(alert.requestedAt, timeZone)],
      ["Due", moment(alert.dueAt, timeZone)],
      ["Time left", timeLeft(alert)],
    ],
    links: [
      ["This request", alert.requestUrl],
      ["Grant consent", alert.grantUrl],
      ["Waiting consents", alert.queueUrl],
    ],
    theirs: [
      ["Subscription", quoted(alert.subscription)],
      ...signedInAs(alert),
      ["Requested by", quoted(alert.requestedBy)],
      ["Client", quoted(alert.displayName)],
    ],
  };
}

/** `Change data (api.write, high risk)` */
const roleInWords = ({ value, description, risk }: MeantRole): string =>
  `${description} (${value}, ${risk} risk)`;

/** `3 clients (1 waiting, 1 granted, 1 rejected)`, as it was when it asked. */
function standingInWords(standing: Standing): string {
  const { clients, pending, granted, rejected, revoked, more } = standing;
  if (clients === 0) return "no other client";
  const parts = [
    [pending, "waiting"],
    [granted, "granted"],
    [rejected, "rejected"],
    [revoked, "withdrawn"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `${more ? "at least " : ""}${clients} client${clients === 1 ? "" : "s"} (${told.join(", ")})`;
}

/** Names are chosen; the subject of an issuer is not. */
const signedInAs = ({ requester }: ConsentAlert): readonly (readonly [string, string])[] =>
  [
    ["Issuer", requester?.issuer],
    ["Subject", requester?.subject],
  ].flatMap(([label, value]) => (label && value ? [[label, quoted(value)] as const] : []));

function describePoison({ queue, count, messageId, reason }: PoisonAlert): Described {
  const isOne = count === 1;
  const what = isOne ? "A message" : `${count} messages`;
  return {
    title: `${what} of the queue ${queue} cannot be worked on`,
    sentence: isOne
      ? `It will lie among the dead letters under its id. ${reason}`
      : `They will lie among the dead letters; what is wrong with each is in the table alerts. The first: ${reason}`,
    facts: [],
    links: [],
    // Whoever may send to the queue has chosen it.
    theirs: [[isOne ? "Message id" : "First message id", quoted(messageId)]],
  };
}

function describeDigest(alert: DigestAlert, timeZone: string): Described {
  const { count, items, stops = [], queueUrl } = alert;
  const more = count - items.length - stops.length;
  return {
    title: digestTitle(alert),
    sentence: [
      "There was more to tell than is told one by one, and no alert of its own follows for any of these.",
      ...(items.length > 0 ? ["Each consent is due for a decision."] : []),
      ...(stops.length > 0 ? ["What operators have stopped or let go on is done."] : []),
    ].join(" "),
    facts: more > 0 ? [["Not named here", String(more)]] : [],
    links: [["Waiting consents", queueUrl]],
    theirs: [
      ...items.map(
        ({ appId, subscription, displayName, stage, dueAt }) =>
          [
            `${stage}, due ${moment(dueAt, timeZone)}, client id ${appId}`,
            `${quoted(subscription, IN_TITLE)}, ${quoted(displayName, IN_TITLE)}`,
          ] as const,
      ),
      ...stops.map(({ action, happenedAt, clientId, subscription, reason, by }) => {
        const client = clientId === undefined ? "" : `, client ${clientId}`;
        const names = [subscription, by.displayName ?? ""].filter((name) => name !== "");
        return [
          `${stopInWords(action, reason)}, ${moment(happenedAt, timeZone)}${client}`,
          names.map((name) => quoted(name, IN_TITLE)).join(", "),
        ] as const;
      }),
    ],
  };
}

function digestTitle({ count, items, stops = [] }: DigestAlert): string {
  const isOne = count === 1;
  if (stops.length === 0) return `${count} more ${isOne ? "consent waits" : "consents wait"}`;
  if (items.length === 0)
    return `${count} more ${isOne ? "stop or resume" : "stops and resumes"} by operators`;
  return `${count} more alerts: consents that wait, and stops by operators`;
}

const INCIDENTS: Readonly<Record<IncidentAlert["reason"], readonly [string, string]>> = {
  "not-ours": [
    "The directory does not let this service change a client",
    "Nothing was changed. Make the backend an owner of the registration again, or see whether its permissions were withdrawn.",
  ],
  "directory-full": [
    "The directory is full",
    "No customer can create clients until objects are removed or the directory's quota is raised.",
  ],
  refused: [
    "The directory refuses an operation for good",
    "Nothing was changed. The log line of this operation has the directory's own code.",
  ],
  "stop-incomplete": [
    "Not all of a subscription's clients could be changed",
    "GET /api/admin/operations/{id} names those that are left, and why. Ask for it again once that is mended.",
  ],
  parked: [
    "An operation could not be ended",
    "It was set aside and holds nothing. See GET /api/admin/operations: it can be tried again or given up.",
  ],
};

function describeIncident(alert: IncidentAlert): Described {
  const [title, sentence] = INCIDENTS[alert.reason];
  return {
    title: `${title} (${alert.kind}): ${quoted(alert.subscription, IN_TITLE)}`,
    sentence,
    facts: [
      ["Operation", alert.operationId],
      ...(alert.clientId !== undefined ? [["Client", alert.clientId] as const] : []),
    ],
    links: [["Waiting consents", alert.queueUrl]],
    theirs: [["Subscription", quoted(alert.subscription)]],
  };
}

function headline(alert: ConsentAlert): Pick<Described, "title" | "sentence"> {
  const client = `${quoted(alert.subscription, IN_TITLE)}, ${quoted(alert.displayName, IN_TITLE)}`;
  switch (alert.stage) {
    case "requested":
      return {
        title: `Consent asked for: ${client}`,
        sentence: "A new client waits for an administrator's consent.",
      };
    case "reminded":
      return {
        title: `Consent still waiting (${alert.threshold}): ${client}`,
        sentence: `Nobody has decided yet. Time left: ${timeLeft(alert)}.`,
      };
    case "breached":
      return {
        title: `Consent overdue: ${client}`,
        sentence: "The time that was promised to the customer is over and nobody has decided.",
      };
    case "escalated":
      return {
        title: `Escalation (${alert.threshold}), consent overdue: ${client}`,
        sentence: `The time that was promised to the customer is over: ${timeLeft(alert)}.`,
      };
    case "revoked":
      return {
        title: `Consent withdrawn in the directory: ${client}`,
        sentence:
          "The client's new tokens carry no scope. Its customer sees that it was withdrawn.",
      };
    case "drifted":
      return {
        title: `Client has more than it asked for: ${client}`,
        sentence:
          "Somebody has granted it roles in the directory that nobody asked for. Its tokens carry them until they are taken away there.",
      };
    case "deleted":
      return {
        title: `Client deleted in the directory: ${client}`,
        sentence:
          "It was deleted behind this service's back and is off its customer's list. The directory keeps it for 30 days.",
      };
  }
}

/** How long is left on the clock on the wall, or how long the due time has passed. */
export function timeLeft({ dueAt, sentAt }: Pick<ConsentAlert, "dueAt" | "sentAt">): string {
  const ms = dueAt.getTime() - sentAt.getTime();
  const span = readable(Math.abs(ms));
  return ms > 0 ? span : `overdue by ${span}`;
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** In the largest unit of which there are at least two, rounded. */
function readable(ms: number): string {
  const [unit, length] = UNITS.find(([, size]) => ms >= 2 * size) ?? (["second", 1_000] as const);
  const count = Math.round(ms / length);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
