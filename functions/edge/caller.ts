/** Who is calling, as their token proves it. */
export interface Customer {
  readonly kind: "customer";
  readonly subscription: string;
  /** As administrators may know the person: a name, else an id. Goes into alerts, never into logs. */
  readonly name: string;
}

export interface Operator {
  readonly kind: "operator";
  /** Object id of the person in the operators' directory. */
  readonly id: string;
}

/** Who may call a route. */
export type Access = "clients.read" | "clients.write" | "operator" | "public";
