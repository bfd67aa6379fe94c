import type { AmqpValue } from "./amqp.ts";
import type { BusError } from "./bus-error.ts";

/** The broker's own idea of AMQP links: what `wire.ts` offers and the rest of the bus builds on. */

/** Application properties to set, with their AMQP types. */
export type Changes = ReadonlyMap<string, AmqpValue>;

/** What a client wants done with a delivery. */
export type Outcome =
  | { readonly kind: "accepted" }
  | { readonly kind: "released" }
  | { readonly kind: "rejected"; readonly info: Changes }
  | {
      readonly kind: "modified";
      readonly deliveryFailed: boolean;
      readonly undeliverableHere: boolean;
      readonly changes: Changes;
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
  /** Names of the link's properties, e.g. `com.microsoft:transfer-destination-address`. */
  readonly properties: readonly string[];
  /** Ends the link from this side. */
  detach(error: BusError): void;
}

export interface IncomingUse {
  readonly onTransfer: (transfer: Transfer) => void;
  readonly onClose?: () => void;
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
  /** Ends the link from this side. */
  detach(error: BusError): void;
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
  incoming(link: IncomingLink): IncomingUse;
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
