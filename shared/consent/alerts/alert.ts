/**
 * When an alert is sent. `requested` to `escalated` are the stages of a pending consent; `revoked` and `deleted` tell of
 * what somebody did in the directory; `poison` of a message that could not be understood.
 */
export type Stage = ClockStage | "revoked" | "deleted" | "poison";
export type ClockStage = "requested" | "reminded" | "breached" | "escalated";

interface EveryAlert {
  /** Stable across retries, so that a receiver knows a repeat. */
  readonly id: string;
  readonly sentAt: Date;
}

/** What an operator needs to act: who asked for what, until when, and where to go. */
export interface ConsentAlert extends EveryAlert {
  readonly stage: Exclude<Stage, "poison">;
  /** `50%`, `PT4H before`, …; absent where the stage has none. */
  readonly threshold?: string;
  readonly clientId: string;
  readonly appId: string;
  readonly displayName: string;
  readonly subscription: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly dueAt: Date;
  /** The directory's page where consent is granted. */
  readonly grantUrl: string;
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

export type Alert = ConsentAlert | PoisonAlert;

/** A way to reach the operators. Throws `RemoteUnavailable` when the receiver did not take the alert. */
export interface AlertChannel {
  readonly name: "webhook" | "teams" | "email";
  send(alert: Alert): Promise<void>;
}
