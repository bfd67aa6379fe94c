import type { Actor } from "../../clients/actor.ts";
import { inWords } from "../../clients/role-meaning.ts";
import type { ClientEvent } from "../../events/client-event.ts";
import type { ConsentCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { Verdict } from "../decisions/decision.ts";
import type { ExcessRole } from "../drift.ts";
import type { ConsentAlert, ConsentStage } from "./alert.ts";

export type AnnounceDeps = Pick<
  ConsentDeps,
  "channels" | "events" | "gate" | "grantUrl" | "queueUrl" | "roleMeanings" | "runtime"
>;

/** The target that stands for the topic: other systems are told once, just as people are. */
export const EVENTS = "events";

export const targetsOf = ({ channels }: Pick<ConsentDeps, "channels">): readonly string[] => [
  ...channels.map(({ name }) => name),
  EVENTS,
];

/** One thing to tell of a consent. */
export interface Announcement {
  readonly stage: ConsentStage | Verdict;
  /** Tells it from others of its stage: a threshold, or the id of a decision. Empty where there is only one of the stage. */
  readonly mark: string;
  /** When it happened, whenever it is told. */
  readonly at: Date;
  /** Why it was rejected. */
  readonly reason?: string;
  /** `drifted`: what the client has beyond what it asked for. */
  readonly excess?: readonly ExcessRole[];
  /** Who decided. */
  readonly by?: Actor;
}

export interface PeopleAnnouncement extends Announcement {
  readonly stage: ConsentStage;
}

/** People need no alert of what was their own decision. */
export const isForPeople = (announcement: Announcement): announcement is PeopleAnnouncement =>
  announcement.stage !== "granted" && announcement.stage !== "rejected";

/** Whether a customer can bring it about, and as often as they like: not what administrators do in the directory. */
export const isOfTheClock = ({ stage }: Pick<PeopleAnnouncement, "stage">): boolean =>
  stage !== "revoked" && stage !== "deleted" && stage !== "drifted";

/** How an announcement is known among those that were told. */
export const announcementKey = ({ stage, mark }: Pick<Announcement, "stage" | "mark">): string =>
  `${stage}:${mark}`;

/** By which it is known that a client was asked for. */
export const REQUESTED = announcementKey({ stage: "requested", mark: "" });

/** The first that anybody hears of a client. */
export const requestedOf = ({ consent }: ConsentCase): Announcement => ({
  stage: "requested",
  mark: "",
  at: consent.requestedAt,
});

export function alertOf(
  deps: AnnounceDeps,
  subject: ConsentCase,
  { stage, mark, at, excess }: PeopleAnnouncement,
): ConsentAlert {
  return {
    id: [subject.operationId, stage, mark].filter((part) => part !== "").join(":"),
    stage,
    ...(mark !== "" && isOfTheClock({ stage }) && { threshold: mark }),
    sentAt: deps.runtime.now(),
    happenedAt: at,
    clientId: subject.clientId,
    appId: subject.appId,
    displayName: subject.displayName,
    subscription: subject.subscription,
    roles: inWords(subject.roles, deps.roleMeanings),
    requestedBy: subject.requestedBy,
    ...(subject.requester && { requester: subject.requester }),
    ...(subject.before && { before: subject.before }),
    ...(excess && { excess }),
    requestedAt: subject.consent.requestedAt,
    dueAt: subject.consent.dueAt,
    ...(subject.flags?.length && { flags: subject.flags }),
    grantUrl: deps.grantUrl(subject.appId),
    requestUrl: `${deps.queueUrl}/${subject.clientId}`,
    queueUrl: deps.queueUrl,
  };
}

/** An actor without the members that nothing is known of. */
const present = (actor: Actor): Record<string, string> =>
  Object.fromEntries(
    Object.entries(actor).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** The events of a stage; `requested` is also the first that other systems hear of a client. */
export function stageEvents(
  { roleMeanings }: Pick<AnnounceDeps, "roleMeanings">,
  subject: ConsentCase,
  { stage, mark, at, reason, by, excess = [] }: Announcement,
): readonly ClientEvent[] {
  const dueAt = subject.consent.dueAt.toISOString();
  const decidedAt = at.toISOString();
  const noWebhook = stage === "requested" && subject.noWebhook;
  const event = (
    type: ClientEvent["type"],
    data: ClientEvent["data"],
    operationId = subject.operationId,
  ): ClientEvent => ({
    id: [operationId, type, mark].filter((part) => part !== "").join(":"),
    type,
    time: at.toISOString(),
    clientId: subject.clientId,
    subscription: subject.subscription,
    data,
    ...(noWebhook && { noWebhook }),
  });
  switch (stage) {
    case "requested":
      return [
        ...(subject.restored
          ? []
          : [
              event(
                "client.created",
                { appId: subject.appId, displayName: subject.displayName },
                subject.madeBy,
              ),
            ]),
        event("consent.requested", {
          dueAt,
          roles: inWords(subject.roles, roleMeanings).map((role) => ({ ...role })),
          ...(subject.requester && { requestedBy: present(subject.requester) }),
          ...(subject.before && { customer: { ...subject.before } }),
        }),
      ];
    case "reminded":
    case "breached":
    case "escalated":
      return [event(`consent.${stage}`, { threshold: mark, dueAt })];
    case "granted":
    case "rejected":
    case "revoked":
      return [
        event(`consent.${stage}`, {
          decidedAt,
          ...(by && { decidedBy: present(by) }),
          ...(reason !== undefined && { reason }),
        }),
      ];
    case "drifted":
      return [event("consent.drifted", { excess: excess.map((role) => ({ ...role })) })];
    case "deleted":
      return [event("client.deleted", {})];
  }
}
