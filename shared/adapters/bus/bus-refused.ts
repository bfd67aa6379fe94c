/** What Service Bus will refuse again, however often it is asked: somebody has to change something first. */
export type BusRefusal = "missing" | "forbidden" | "too-large";

const sentences: Readonly<Record<BusRefusal, (entity: string) => string>> = {
  missing: (entity) => `Service Bus has no queue or topic "${entity}"`,
  forbidden: (entity) => `Service Bus does not let this service send to "${entity}"`,
  "too-large": (entity) => `A message is too large for "${entity}"`,
};

/** No outage: a queue or topic is missing, its role is, or the message is too large. `cause` is the SDK's own error. */
export class BusRefused extends Error {
  override readonly name = "BusRefused";
  readonly entity: string;
  readonly reason: BusRefusal;

  constructor(entity: string, reason: BusRefusal, options?: ErrorOptions) {
    super(sentences[reason](entity), options);
    this.entity = entity;
    this.reason = reason;
  }
}
