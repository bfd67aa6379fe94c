/** When in a consent's life an alert is sent. */
export type Stage = "requested" | "reminded" | "breached" | "escalated";

/** What an operator needs to act: who asked for what, until when, and where to go. */
export interface Alert {
  /** Stable across retries, so that a receiver knows a repeat. */
  readonly id: string;
  readonly stage: Stage;
  /** `50%`, `PT4H before`, …; absent for `requested`. */
  readonly threshold?: string;
  readonly sentAt: Date;
  readonly clientId: string;
  readonly appId: string;
  readonly displayName: string;
  readonly subscription: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly dueAt: Date;
  /** The directory's page where consent is granted. */
  readonly grantUrl: string;
}

/** A way to reach the operators. Throws `RemoteUnavailable` when the receiver did not take the alert. */
export interface AlertChannel {
  readonly name: "webhook" | "teams" | "email";
  send(alert: Alert): Promise<void>;
}
