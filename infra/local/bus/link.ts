import type { BusError } from "./bus-error.ts";

/** The broker's own idea of AMQP links: what `wire.ts` offers and the rest of the bus builds on. */

/** What a client wants done with a delivery. */
export type Outcome =
  | { readonly kind: "accepted" }
  | { readonly kind: "released" }
  | { readonly kind: "rejected"; readonly info: Readonly<Record<string, unknown>> }
  | {
      readonly kind: "modified";
      readonly undeliverableHere: boolean;
      readonly changes: Readonly<Record<string, unknown>>;
    };

/** One message that came in. */
export interface Transfer {
  readonly encoded: Buffer;
  readonly isBatch: boolean;
  accept(): void;
  reject(error: BusError): void;
}

/** A link on which the client sends. */
export interface IncomingLink {
  readonly address: string;
}

/** A link on which the client receives. */
export interface OutgoingLink {
  readonly name: string;
  readonly address: string;
  /** The client's own address of the link; requests name it in `reply_to`. */
  readonly replyTo: string;
  /** Receive-and-delete: what is sent is settled at once. */
  readonly isPresettled: boolean;
  /** Names of the filters on the source, e.g. `com.microsoft:session-filter`. */
  readonly filters: readonly string[];
  /** How many more messages the client takes now. */
  credit(): number;
  send(encoded: Buffer, tag: Buffer): void;
}

/** A delivery that the client wants settled; the tag is the one it was sent with. */
export interface Disposition {
  readonly tag: Buffer;
  readonly outcome: Outcome;
  /** Settles with the outcome the client asked for. */
  confirm(): void;
  refuse(error: BusError): void;
}

export interface OutgoingUse {
  readonly onCredit?: () => void;
  readonly onDisposition?: (disposition: Disposition) => void;
  readonly onClose?: () => void;
}

export interface LinkUsers {
  /** @throws BusError to refuse the link */
  incoming(link: IncomingLink): (transfer: Transfer) => void;
  /** @throws BusError to refuse the link */
  outgoing(link: OutgoingLink): OutgoingUse;
  refusal(cause: unknown): BusError;
  onClose(): void;
}

export interface Peer {
  /** Cuts the TCP connection: nothing more is answered. */
  sever(): void;
  readonly isSevered: boolean;
}
