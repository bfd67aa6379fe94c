import type { Actor } from "../../shared/clients/actor.ts";
import type { Watcher } from "../../shared/clients/watch.ts";

/** Who is calling, as their token proves it. */
export interface Customer {
  readonly kind: "customer";
  readonly subscription: string;
  /** As administrators may know the person: a name, else an id. Goes into alerts, never into logs. */
  readonly name: string;
  readonly actor: Actor;
  /** A person whose token proves a mail address. */
  readonly watcher?: Watcher;
}

export interface Operator {
  readonly kind: "operator";
  /** Object id of the person in the operators' directory. */
  readonly id: string;
  readonly actor: Actor;
}

/** A program of the company's, such as the API that customers' clients call. */
export interface Application {
  readonly kind: "application";
  readonly actor: Actor;
}

/** Who may call a route. */
export type Access = "clients.read" | "clients.write" | "operator" | "lookup" | "public";
