import type { Socket } from "node:net";
import rhea, { type Delivery, type EventContext, type Receiver } from "rhea";
import * as z from "zod";
import { BusError } from "./bus-error.ts";
import type { LinkUsers, Peer, Transfer } from "./link.ts";
import { asSettled, localAttach, serverConnection, Terminus, wireError } from "./rhea-members.ts";
import { openOutgoing, refuseLink } from "./wire-outgoing.ts";

/** AMQP sockets: turns rhea's connections, sessions and events into the links of `link.ts`. */

/** Service Bus Standard; Premium has 1 MiB. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

const BATCH_FORMAT = 0x80013700;
/** rhea hands a message of any format but 0 out as bytes, and those are what the broker keeps. */
const RAW_FORMAT = 1;

/**
 * Deliveries a session may have under way. rhea keeps a place for each until all before it are settled, so that one message
 * that is held for long would stop those behind it; Azure has no such limit.
 */
const OUTGOING_DELIVERIES = 1_000_000;

const OPTIONS = {
  container_id: "local-bus",
  max_frame_size: 64 * 1024,
  idle_time_out: 240_000,
  session_buffer_size: { outgoing: OUTGOING_DELIVERIES, incoming: 2_048 },
  receiver_options: { autoaccept: false, autosettle: false },
  sender_options: { autosettle: false, treat_modified_as_released: false },
};

/** Events of the peer's troubles, which are its own: without a listener rhea would throw or print. */
const QUIET_EVENTS = [
  "connection_error",
  "connection_close",
  "disconnected",
  "session_error",
  "session_close",
  "sender_error",
  "sender_close",
  "receiver_error",
  "receiver_close",
];

export function serve(socket: Socket, users: LinkUsers): Peer {
  const connection = rhea.create_container().create_connection({ ...OPTIONS, port: 0 });
  const server = serverConnection(connection);
  let isSevered = false;
  const sever = () => {
    if (isSevered) return;
    isSevered = true;
    server.abort_socket(socket);
    // rhea stops listening; what the kernel still reports of this socket concerns nobody.
    socket.on("error", () => {});
  };

  const receive = server.on_transfer.bind(connection);
  server.on_transfer = (frame) => {
    if (frame.performative.message_format === 0) frame.performative.message_format = RAW_FORMAT;
    receive(frame);
  };

  connection.on("receiver_open", ({ receiver }: EventContext) => openIncoming(receiver, users));
  connection.on("sender_open", ({ sender }: EventContext) => openOutgoing(sender, users));
  for (const event of ["error", "protocol_error"]) connection.on(event, sever);
  for (const event of QUIET_EVENTS) connection.on(event, () => {});
  socket.once("close", () => users.onClose());
  socket.setNoDelay(true);
  server.accept(socket);

  return {
    sever,
    get isSevered() {
      return isSevered;
    },
  };
}

function openIncoming(receiver: Receiver | undefined, users: LinkUsers): void {
  if (!receiver) return;
  const { address } = Terminus.parse(receiver.target);
  localAttach(receiver).max_message_size = MAX_MESSAGE_BYTES;
  receiver.set_source({ address: Terminus.parse(receiver.source).address });
  receiver.set_target({ address });
  try {
    if (address === "") throw noTransactions();
    const properties: Readonly<Record<string, unknown>> = receiver.properties ?? {};
    const { onTransfer, onClose = () => {} } = users.incoming({
      address,
      properties: Object.keys(properties),
      detach: (error) => receiver.close(wireError(error)),
    });
    receiver.on("message", ({ message, delivery }: EventContext) => {
      if (delivery) onTransfer(transferOf(z.instanceof(Buffer).parse(message), delivery));
    });
    receiver.on("receiver_close", onClose);
    receiver.session.on("session_close", onClose);
  } catch (cause) {
    refuseLink(receiver, users.refusal(cause));
  }
}

/**
 * A coordinator stands where the address would be (AMQP 1.0, 4.5.1), and rhea does not know it. Azure has transactions from the
 * Standard tier on; a Basic namespace refuses them, and so does this bus.
 */
function noTransactions(): BusError {
  return new BusError("amqp:not-implemented", "Transactions are not supported by this namespace.");
}

function transferOf(encoded: Buffer, delivery: Delivery): Transfer {
  return {
    encoded,
    isBatch: delivery.format === BATCH_FORMAT,
    accept: () => asSettled(delivery, { kind: "accepted" }),
    reject: (error) => asSettled(delivery, { kind: "rejected", error }),
  };
}
