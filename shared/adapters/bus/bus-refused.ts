import { RemoteUnavailable } from "../../base/unavailable.ts";

/** What Service Bus will refuse again, however often it is asked: somebody has to change something first. */
export type BusRefusal = "missing" | "forbidden" | "too-large";

const sentences: Readonly<Record<BusRefusal, (entity: string) => string>> = {
  missing: (entity) => `Service Bus has no queue or topic "${entity}"`,
  forbidden: (entity) => `Service Bus does not let this service send to "${entity}"`,
  "too-large": (entity) => `A message is too large for "${entity}"`,
};

/**
 * A queue or topic is missing, its role is, or the message is too large. To callers an outage like any other, which nothing but an
 * operator ends. `cause` is the SDK's own error.
 */
export class BusRefused extends RemoteUnavailable {
  readonly entity: string;
  readonly reason: BusRefusal;

  constructor(entity: string, reason: BusRefusal, options?: ErrorOptions) {
    super("bus", { executed: "no", retryAfterSeconds: 60 }, options);
    this.name = "BusRefused";
    this.message = sentences[reason](entity);
    this.entity = entity;
    this.reason = reason;
  }
}
