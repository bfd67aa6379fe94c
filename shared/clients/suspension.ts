/** Why a client gets no new tokens. The directory issues none while its application is disabled; all else of it is kept. */
export interface Suspension {
  /** An operator's cannot be undone by the customer. */
  readonly by: "customer" | "operator";
  /** Shown to the customer. */
  readonly reason: string;
  readonly at: Date;
  /** The operation that stopped the whole subscription, if that is how this one was stopped: it is resumed with the others. */
  readonly withSubscription?: string;
}
