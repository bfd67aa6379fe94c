/** Why a client gets no new tokens. The directory issues none while its application is disabled; all else of it is kept. */
export interface Suspension {
  /** Each ends their own: an operator's cannot be undone by the customer, nor the customer's by operators. */
  readonly by: "customer" | "operator";
  /** Shown to the customer. */
  readonly reason: string;
  readonly at: Date;
  /** The operation that stopped the whole subscription, if that is how this one was stopped: it is resumed with the others. */
  readonly withSubscription?: string;
  /** The customer's own, of before: it stays when the operators' that lies over it has ended. */
  readonly over?: Pick<Suspension, "reason" | "at">;
}

/** What is left of it when operators let the client go on. */
export function withoutOperators(suspended: Suspension | undefined): Suspension | undefined {
  if (suspended?.by === "customer") return suspended;
  return suspended?.over && { by: "customer", ...suspended.over };
}
