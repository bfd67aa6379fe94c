import type { Socket } from "node:net";
import rhea, {
  type AmqpError,
  type Connection,
  type Delivery,
  type Receiver,
  type Sender,
} from "rhea";
import * as z from "zod";
import { isTrue, listField, mapEntries } from "./amqp.ts";
import type { BusError } from "./bus-error.ts";
import type { Outcome } from "./link.ts";

/**
 * Members that rhea 3.0.5 has but does not declare (lib/connection.js, lib/session.js, lib/link.js, lib/message.js). This file is
 * the only one that uses them; each is looked for before, so that another rhea fails here and not somewhere later.
 */

/** @throws Error when one of them is missing */
function withMembers<Members extends object>(
  object: object,
  ...names: readonly (keyof Members & string)[]
): Members {
  if (!hasMembers<Members>(object, names))
    throw new Error(`This rhea has not all of ${names.join(", ")}`);
  return object;
}

const hasMembers = <Members extends object>(
  object: object,
  names: readonly string[],
): object is Members => names.every((name) => name in object);

interface ServerConnection {
  accept(socket: Socket): void;
  abort_socket(socket: Socket): void;
  on_transfer(frame: { performative: { message_format: number | null } }): void;
}

export const serverConnection = (connection: Connection) =>
  withMembers<ServerConnection>(connection, "accept", "abort_socket", "on_transfer");

interface LocalAttach {
  readonly local: {
    readonly attach: {
      max_message_size: number;
      snd_settle_mode: number;
      rcv_settle_mode: number;
      source: unknown;
      target: unknown;
    };
  };
}

/** The attach frame that is about to be sent. */
export const localAttach = (link: Sender | Receiver) =>
  withMembers<LocalAttach>(link, "local").local.attach;

interface SenderMembers {
  credit: number;
  delivery_count: number;
  _draining: boolean;
  _drained: boolean;
  _get_drain(): boolean;
  readonly state: { readonly open_requests: number };
  readonly connection: { _process(): void };
  readonly session: {
    readonly outgoing: {
      readonly next_pending_delivery: number;
      available(): number;
    };
  };
}

export const senderMembers = (sender: Sender) =>
  withMembers<SenderMembers>(sender, "credit", "_get_drain", "state", "connection", "session");

/**
 * rhea writes messages before it writes attaches. A client that sends its credit along with its attach would get messages on a
 * link that it has not been told of.
 */
export function writeAttach(sender: Sender): void {
  const { state, connection } = senderMembers(sender);
  if (state.open_requests > 0) connection._process();
}

interface Described {
  described(): unknown;
}
interface Outcomes {
  accepted(): Described;
  released(): Described;
  rejected(fields: { error?: AmqpError }): Described;
  modified(fields: { delivery_failed: boolean; undeliverable_here: boolean }): Described;
}

const outcomes = withMembers<Outcomes>(
  rhea.message,
  "accepted",
  "released",
  "rejected",
  "modified",
);

/** A client's outcome, given back to it, or an error. */
type Answer = Outcome | { readonly kind: "rejected"; readonly error: BusError };

function stateOf(answer: Answer): unknown {
  switch (answer.kind) {
    case "accepted":
      return outcomes.accepted().described();
    case "released":
      return outcomes.released().described();
    case "modified": {
      const { deliveryFailed: delivery_failed, undeliverableHere: undeliverable_here } = answer;
      return outcomes.modified({ delivery_failed, undeliverable_here }).described();
    }
    case "rejected":
      // Without an error it is the echo of a dead-lettering; every SDK takes an error for a failure.
      return outcomes
        .rejected("error" in answer ? { error: wireError(answer.error) } : {})
        .described();
  }
}

interface DeliveryMembers {
  remote_settled: boolean;
  readonly link: { readonly session: SessionMembers };
}
interface SessionMembers {
  readonly outgoing: { readonly pending_dispositions: readonly unknown[] };
  readonly incoming: { readonly updated: readonly unknown[] };
  _process(): void;
}

/**
 * The broker's word on a delivery is the last one: rhea would wait for the client's and keep a place for it until then.
 *
 * rhea writes what was settled in one turn together, and gives the second delivery of a run the state of the first. Unless
 * both are `accepted`, what waits is therefore written before the next one is settled.
 */
export function asSettled(delivery: Delivery, answer: Answer): void {
  const members = withMembers<DeliveryMembers>(delivery, "remote_settled", "link");
  const { session } = members.link;
  const waiting = session.outgoing.pending_dispositions.length + session.incoming.updated.length;
  if (answer.kind !== "accepted" && waiting > 0) session._process();
  delivery.update(true, stateOf(answer));
  members.remote_settled = true;
  if (answer.kind !== "accepted") session._process();
}

/** All three fields: Python's SDK reads the third one without looking whether it is there. */
export const wireError = (error: BusError): AmqpError => ({
  condition: error.condition,
  description: error.message,
  info: {},
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

const MODIFIED = { deliveryFailed: 0, undeliverableHere: 1, annotations: 2 };
const ERROR_INFO = 2;
const composite = z.object({ value: z.array(z.unknown()) });

/** The state a client put on a delivery, as far as the broker reads it; values keep their AMQP types. */
export function outcomeOf(kind: Outcome["kind"], state: unknown): Outcome {
  if (kind === "accepted" || kind === "released") return { kind };
  const fields = composite.parse(state).value;
  if (kind === "rejected") {
    const error = listField(fields, 0);
    return { kind, info: new Map(mapEntries(listField(error?.value, ERROR_INFO))) };
  }
  return {
    kind,
    deliveryFailed: isTrue(listField(fields, MODIFIED.deliveryFailed)),
    undeliverableHere: isTrue(listField(fields, MODIFIED.undeliverableHere)),
    changes: new Map(mapEntries(listField(fields, MODIFIED.annotations))),
  };
}
