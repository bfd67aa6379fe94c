import type { Socket } from "node:net";
import rhea, { type Delivery, type EventContext, type Receiver, type Sender } from "rhea";
import * as z from "zod";
import type { Disposition, LinkUsers, Outcome, OutgoingUse, Peer, Transfer } from "./link.ts";
import {
  acceptedOutcome,
  DeliveryState,
  deliveryMembers,
  localAttach,
  rejectedOutcome,
  senderMembers,
  serverConnection,
  Terminus,
  wireError,
} from "./rhea-members.ts";

/** AMQP sockets: turns rhea's connections, sessions and events into the links of `link.ts`. */

/** Service Bus Standard; Premium has 1 MiB. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

const BATCH_FORMAT = 0x80013700;
/** rhea hands a message of any format but 0 out as bytes, and those are what the broker keeps. */
const RAW_FORMAT = 1;
const PRESETTLED = 1;

const OPTIONS = {
  container_id: "local-bus",
  max_frame_size: 64 * 1024,
  idle_time_out: 240_000,
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
    const onTransfer = users.incoming({ address });
    receiver.on("message", ({ message, delivery }: EventContext) => {
      if (delivery) onTransfer(transferOf(z.instanceof(Buffer).parse(message), delivery));
    });
  } catch (cause) {
    receiver.close(wireError(users.refusal(cause)));
  }
}

function transferOf(encoded: Buffer, delivery: Delivery): Transfer {
  return {
    encoded,
    isBatch: delivery.format === BATCH_FORMAT,
    accept: () => delivery.accept(),
    reject: (error) => delivery.reject(wireError(error)),
  };
}

function openOutgoing(sender: Sender | undefined, users: LinkUsers): void {
  if (!sender) return;
  const { address, filters } = Terminus.parse(sender.source);
  const replyTo = Terminus.parse(sender.target).address;
  const isPresettled = sender.snd_settle_mode === PRESETTLED;
  sender.set_source({ address });
  sender.set_target({ address: replyTo });
  try {
    const link = { name: sender.name, address, replyTo, filters, isPresettled, ...flowOf(sender) };
    const use = users.outgoing(link);
    // A link without dispositions carries replies: nobody will settle them.
    if (isPresettled || !use.onDisposition) localAttach(sender).snd_settle_mode = PRESETTLED;
    listen(sender, use);
  } catch (cause) {
    sender.close(wireError(users.refusal(cause)));
  }
}

function listen(sender: Sender, use: OutgoingUse): void {
  sender.on("sender_flow", () => use.onCredit?.());
  // All that could be sent has been sent by `onCredit`; the rest of the credit is given back.
  sender.on("sender_draining", () => sender.set_drained(true));
  const { onClose = () => {} } = use;
  sender.on("sender_close", onClose);
  sender.session.on("session_close", onClose);
  for (const kind of ["accepted", "released", "rejected", "modified"] as const) {
    sender.on(kind, ({ delivery }: EventContext) => {
      if (delivery) use.onDisposition?.(dispositionOf(delivery, kind));
    });
  }
}

function flowOf(sender: Sender) {
  const members = senderMembers(sender);
  // rhea leaves the drain flag out when no credit is left to give back; the client would wait for it in vain.
  members._get_drain = () => {
    if (!members._draining || !members._drained) return false;
    members.delivery_count += members.credit;
    members.credit = 0;
    return true;
  };
  /** Ids handed to rhea and not yet on the wire: rhea counts credit only when it writes. */
  let unsent: number[] = [];
  return {
    credit: () => {
      if (!sender.is_open()) return 0;
      const { outgoing } = members.session;
      unsent = unsent.filter((id) => id >= outgoing.next_pending_delivery);
      return Math.min(members.credit - unsent.length, outgoing.available());
    },
    send: (encoded: Buffer, tag: Buffer) => {
      unsent.push(sender.send(encoded, tag, 0).id);
    },
  };
}

function dispositionOf(delivery: Delivery, kind: Outcome["kind"]): Disposition {
  return {
    tag: Buffer.from(delivery.tag),
    outcome: outcomeOf(kind, delivery.remote_state),
    // Whatever was asked for, the answer is "accepted": the SDK takes the error of an echoed `rejected` for a failure.
    confirm: () => settleFinally(delivery, acceptedOutcome()),
    refuse: (error) => settleFinally(delivery, rejectedOutcome(error)),
  };
}

/** The broker's word is the last one: rhea would wait for the client's and keep a place for the delivery until then. */
function settleFinally(delivery: Delivery, outcome: unknown): void {
  delivery.update(true, outcome);
  deliveryMembers(delivery).remote_settled = true;
}

function outcomeOf(kind: Outcome["kind"], state: unknown): Outcome {
  if (kind === "accepted" || kind === "released") return { kind };
  const { error, undeliverable_here, message_annotations } = DeliveryState.parse(state);
  if (kind === "rejected") return { kind, info: error?.info ?? {} };
  return {
    kind,
    undeliverableHere: undeliverable_here ?? false,
    changes: message_annotations ?? {},
  };
}
