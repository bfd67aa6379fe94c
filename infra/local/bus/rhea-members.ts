import type { Socket } from "node:net";
import rhea, {
  type AmqpError,
  type Connection,
  type Delivery,
  type Receiver,
  type Sender,
} from "rhea";
import * as z from "zod";
import type { BusError } from "./bus-error.ts";

/**
 * Members that rhea 3.0.5 has but does not declare (lib/connection.js, lib/session.js, lib/link.js, lib/message.js). Objects
 * with methods cannot be parsed, so this file corrects declarations by casting, and is the only one that does.
 */

interface ServerConnection {
  accept(socket: Socket): void;
  abort_socket(socket: Socket): void;
  on_transfer(frame: { performative: { message_format: number | null } }): void;
}

export const serverConnection = (connection: Connection) =>
  connection as unknown as ServerConnection;

interface LocalAttach {
  readonly local: {
    readonly attach: { max_message_size: number; snd_settle_mode: number; source: unknown };
  };
}

/** The attach frame that is about to be sent. */
export const localAttach = (link: Sender | Receiver) =>
  (link as unknown as LocalAttach).local.attach;

interface SenderMembers {
  credit: number;
  delivery_count: number;
  _draining: boolean;
  _drained: boolean;
  _get_drain(): boolean;
  readonly session: {
    readonly outgoing: {
      readonly next_pending_delivery: number;
      available(): number;
    };
  };
}

export const senderMembers = (sender: Sender) => sender as unknown as SenderMembers;

/** Declared read-only. */
export const deliveryMembers = (delivery: Delivery) => delivery as { remote_settled: boolean };

interface Outcomes {
  accepted(): Described;
  rejected(fields: { error: AmqpError }): Described;
}
interface Described {
  described(): unknown;
}

const outcomes = rhea.message as unknown as Outcomes;

export const acceptedOutcome = (): unknown => outcomes.accepted().described();

export const rejectedOutcome = (error: BusError): unknown =>
  outcomes.rejected({ error: wireError(error) }).described();

export const wireError = (error: BusError): AmqpError => ({
  condition: error.condition,
  description: error.message,
});

/** A terminus as the client attached it; null stands for a field left out. */
export const Terminus = z
  .object({
    address: z.string().nullish(),
    filter: z.record(z.string(), z.unknown()).nullish(),
  })
  .nullish()
  .transform((terminus) => ({
    address: terminus?.address ?? "",
    filters: Object.keys(terminus?.filter ?? {}),
  }));

/** The state a client put on a delivery, as far as the broker reads it. */
export const DeliveryState = z.object({
  undeliverable_here: z.boolean().nullish(),
  message_annotations: z.record(z.string(), z.unknown()).nullish(),
  error: z.object({ info: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});
