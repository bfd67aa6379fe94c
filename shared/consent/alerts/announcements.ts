import type { ClientEvent } from "../../events/client-event.ts";
import type { ConsentCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { Verdict } from "../decisions/decision.ts";
import type { ConsentAlert, Stage } from "./alert.ts";
import type { Target } from "./deliver.ts";

type AnnounceDeps = Pick<ConsentDeps, "channels" | "events" | "grantUrl" | "queueUrl" | "runtime">;

/** The target that stands for the topic: other systems are told once, just as people are. */
export const EVENTS = "events";

/** One thing to tell of a consent. */
export interface Announcement {
  readonly stage: Exclude<Stage, "poison">;
  /** Tells it from others of its stage: a threshold, or the id of a decision. */
  readonly mark: string;
  /** When it happened, whenever it is told. */
  readonly at: Date;
}

/** Every channel and the topic, each ready to send this one stage. */
export function targetsOf(
  deps: AnnounceDeps,
  of: ConsentCase,
  announcement: Announcement,
): readonly Target[] {
  const channels = deps.channels.map((channel) => ({
    name: channel.name,
    send: () => channel.send(alertOf(deps, of, announcement)),
  }));
  return [...channels, eventTarget(deps, stageEvents(of, announcement))];
}

export const eventTarget = (
  { events }: Pick<ConsentDeps, "events">,
  what: readonly ClientEvent[],
): Target => ({
  name: EVENTS,
  send: async () => {
    for (const event of what) await events.publish(event);
  },
});

function alertOf(deps: AnnounceDeps, of: ConsentCase, { stage, mark }: Announcement): ConsentAlert {
  const isDecision = stage === "revoked" || stage === "deleted";
  return {
    id: [of.operationId, stage, mark].filter((part) => part !== "").join(":"),
    stage,
    ...(mark !== "" && !isDecision && { threshold: mark }),
    sentAt: deps.runtime.now(),
    clientId: of.clientId,
    appId: of.appId,
    displayName: of.displayName,
    subscription: of.subscription,
    requestedBy: of.requestedBy,
    requestedAt: of.consent.requestedAt,
    dueAt: of.consent.dueAt,
    grantUrl: deps.grantUrl(of.appId),
    queueUrl: deps.queueUrl,
  };
}

/** The events of a stage; `requested` is also the first that other systems hear of a client. */
export function stageEvents(
  of: ConsentCase,
  { stage, mark, at }: Announcement,
): readonly ClientEvent[] {
  const dueAt = of.consent.dueAt.toISOString();
  const event = (type: ClientEvent["type"], data: ClientEvent["data"]): ClientEvent => ({
    id: [of.operationId, type, mark].filter((part) => part !== "").join(":"),
    type,
    time: at.toISOString(),
    clientId: of.clientId,
    subscription: of.subscription,
    data,
  });
  switch (stage) {
    case "requested":
      return [
        event("client.created", { appId: of.appId, displayName: of.displayName }),
        event("consent.requested", { dueAt }),
      ];
    case "reminded":
    case "breached":
    case "escalated":
      return [event(`consent.${stage}`, { threshold: mark, dueAt })];
    case "revoked":
      return [event("consent.revoked", { decidedAt: at.toISOString() })];
    case "deleted":
      return [event("client.deleted", {})];
  }
}

/** The event of a decision that people need not be alerted to: it was theirs. */
export function decisionEvent(
  of: ConsentCase,
  decision: { id: string; to: Extract<Verdict, "granted" | "rejected">; at: Date; reason?: string },
): ClientEvent {
  const decidedAt = decision.at.toISOString();
  return {
    id: `${of.operationId}:consent.${decision.to}:${decision.id}`,
    type: `consent.${decision.to}`,
    time: decidedAt,
    clientId: of.clientId,
    subscription: of.subscription,
    data: { decidedAt, ...(decision.reason !== undefined && { reason: decision.reason }) },
  };
}
