import type { Actor } from "../../shared/clients/actor.ts";
import type { RegisteredClient } from "../../shared/clients/registration-token.ts";
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

/** A customer's client that acts for itself: what it asks for is about itself. */
export interface SelfClient {
  readonly kind: "client";
  readonly subscription: string;
  /** Object id of its app registration. */
  readonly clientId: string;
  readonly actor: Actor;
}

/** A client that has registered itself, by its registration access token: it may manage itself and nothing else. */
export interface Registrant {
  readonly kind: "registrant";
  readonly subscription: string;
  readonly client: RegisteredClient;
  /** As it was sent: answers repeat it (RFC 7592, section 3). Never logged. */
  readonly token: string;
  readonly actor: Actor;
}

/** Whoever a token proves to be calling. */
export type Caller = Application | Customer | Operator | Registrant | SelfClient;

/** Who may call a route. */
export type Access =
  | "clients.read"
  | "clients.write"
  | "operator"
  | "lookup"
  | "registration"
  | "self"
  | "public";
