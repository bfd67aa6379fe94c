import type { Actor } from "../../clients/actor.ts";
import type { MeantRole } from "../../clients/role-meaning.ts";
import type { Standing } from "../../clients/standing.ts";
import type { ClientEventType } from "../../events/client-event.ts";
import type { OperationIncident } from "../../events/operation-incident.ts";
import type { ExcessRole } from "../drift.ts";
import type { NameFlag } from "../name-flags.ts";

/**
 * When an alert of a consent is sent. `requested` to `escalated` are the stages of a pending consent; `revoked` and `deleted`
 * tell of what somebody did in the directory. Other alerts have a stage of their own: `poison` of a message that could not be
 * understood, `incident` of an operation that only operators can help, `stop` of what an operator has stopped or let go on, `digest` of
 * everything that was held back.
 */
export type ConsentStage = ClockStage | "revoked" | "deleted" | "drifted";
export type ClockStage = "requested" | "reminded" | "breached" | "escalated";

interface EveryAlert {
  /** Stable across retries, so that a receiver knows a repeat. */
  readonly id: string;
  readonly sentAt: Date;
  /** When what it tells of happened, however late it is told; when it is sent, where that is not known. */
  readonly happenedAt?: Date;
}

/** What an operator needs to act: who asked for what, until when, and where to go. */
export interface ConsentAlert extends EveryAlert {
  readonly stage: ConsentStage;
  /** `50%`, `PT4H before`, …; absent where the stage has none. */
  readonly threshold?: string;
  readonly clientId: string;
  readonly appId: string;
  readonly displayName: string;
  readonly subscription: string;
  /** What is asked for, in words. */
  readonly roles: readonly MeantRole[];
  readonly requestedBy: string;
  readonly requester?: Actor;
  /** `drifted`: what it carries beyond that. */
  readonly excess?: readonly ExcessRole[];
  /** What its customer had besides when it asked. */
  readonly before?: Standing;
  readonly requestedAt: Date;
  readonly dueAt: Date;
  /** What to look at twice about the name; absent where there is nothing. */
  readonly flags?: readonly NameFlag[];
  /** The directory's page where consent is granted. */
  readonly grantUrl: string;
  /** This service's own page of this one consent. */
  readonly requestUrl: string;
  /** This service's own page of waiting consents. */
  readonly queueUrl: string;
}

/** Messages of a queue that will end among the dead letters; one alert an hour, however many there are. */
export interface PoisonAlert extends EveryAlert {
  readonly stage: "poison";
  readonly queue: string;
  /** How many since the alert before. */
  readonly count: number;
  /** The first of them. */
  readonly messageId: string;
  /** What is wrong with the first; names fields, quotes nothing. */
  readonly reason: string;
}

/** The directory refuses what the service has to be allowed, or an operation could not be ended. */
export interface IncidentAlert extends EveryAlert {
  readonly stage: "incident";
  readonly operationId: string;
  readonly subscription: string;
  readonly kind: OperationIncident["kind"];
  readonly clientId?: string;
  readonly reason: OperationIncident["reason"];
  /** This service's own page of what waits for operators. */
  readonly queueUrl: string;
}

/** An operator has stopped a client or a subscription, or has let it go on. */
export interface StopAlert extends EveryAlert {
  readonly stage: "stop";
  readonly operationId: string;
  readonly subscription: string;
  /** Absent where it is about the whole subscription. */
  readonly clientId?: string;
  /** What was done, by the name of its event. */
  readonly action: ClientEventType;
  /** In the operator's words. */
  readonly reason?: string;
  readonly by: Actor;
  /** This service's own page of the client. */
  readonly requestUrl?: string;
  /** This service's own page of what waits for operators. */
  readonly queueUrl: string;
}

/** What was held back on a channel, because there was more of it than the channel or the subscription's budget takes. */
export interface DigestAlert extends EveryAlert {
  readonly stage: "digest";
  /** Consents and stops that are told of; those that are named may be fewer. */
  readonly count: number;
  readonly items: readonly {
    readonly clientId: string;
    readonly appId: string;
    readonly subscription: string;
    readonly displayName: string;
    /** The last of its stages that was held back. */
    readonly stage: ClockStage;
    readonly dueAt: Date;
  }[];
  /** What operators have stopped or let go on; absent where there is nothing of the kind. */
  readonly stops?: readonly (Pick<
    StopAlert,
    "id" | "action" | "subscription" | "clientId" | "by"
  > & {
    /** Of a resume: why the client is stopped still. */
    readonly reason?: string;
    readonly happenedAt: Date;
  })[];
  /** This service's own page of waiting consents. */
  readonly queueUrl: string;
}

/** The client that an alert is about, if it is about one; and the threshold that was reached, if one was. */
export const subjectOf = (
  alert: Alert,
): { readonly clientId: string; readonly threshold?: string } =>
  alert.stage === "poison" ||
  alert.stage === "incident" ||
  alert.stage === "stop" ||
  alert.stage === "digest"
    ? { clientId: ("clientId" in alert && alert.clientId) || "" }
    : {
        clientId: alert.clientId,
        ...(alert.threshold !== undefined && { threshold: alert.threshold }),
      };

export type Alert = ConsentAlert | PoisonAlert | IncidentAlert | StopAlert | DigestAlert;

/** A way to reach the operators. Throws `RemoteUnavailable` when the receiver did not take the alert. */
export interface AlertChannel {
  readonly name: "webhook" | "teams" | "email";
  send(alert: Alert): Promise<void>;
}
