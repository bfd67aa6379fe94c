import type { Delivery, EventContext, Receiver, Sender } from "rhea";
import type { BusError } from "./bus-error.ts";
import type { Disposition, LinkUsers, Outcome, OutgoingUse } from "./link.ts";
import {
  asSettled,
  localAttach,
  outcomeOf,
  senderMembers,
  Terminus,
  wireError,
  writeAttach,
} from "./rhea-members.ts";

/** Links on which the client receives. */

const PRESETTLED = 1;
/** The receiver settles only after the sender has: Go's SDK asks for it and insists on being told that it has got it. */
const SECOND = 1;

export function openOutgoing(sender: Sender | undefined, users: LinkUsers): void {
  if (!sender) return;
  const { address, filters } = Terminus.parse(sender.source);
  const replyTo = Terminus.parse(sender.target).address;
  const isPresettled = sender.snd_settle_mode === PRESETTLED;
  if (sender.rcv_settle_mode === SECOND) localAttach(sender).rcv_settle_mode = SECOND;
  sender.set_source({ address });
  sender.set_target({ address: replyTo });
  try {
    const link = {
      name: sender.name,
      address,
      replyTo,
      filters,
      isPresettled,
      detach: (error: BusError) => sender.close(wireError(error)),
      ...flowOf(sender),
    };
    const use = users.outgoing(link);
    // A link without dispositions carries replies: nobody will settle them.
    if (isPresettled || !use.onDisposition) localAttach(sender).snd_settle_mode = PRESETTLED;
    listen(sender, use);
  } catch (cause) {
    refuseLink(sender, users.refusal(cause));
  }
}

/** AMQP 1.0, 2.6.3: a link that cannot be is attached without a terminus, so that nobody takes it for open, and detached. */
export function refuseLink(link: Sender | Receiver, error: BusError): void {
  const attach = localAttach(link);
  if (link.is_sender()) attach.source = undefined;
  else attach.target = undefined;
  link.close(wireError(error));
}

function listen(sender: Sender, use: OutgoingUse): void {
  sender.on("sender_flow", () => {
    writeAttach(sender);
    use.onCredit?.();
  });
  // The session has places again.
  sender.on("sendable", () => use.onCredit?.());
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
  const outcome = outcomeOf(kind, delivery.remote_state);
  return {
    tag: Buffer.from(delivery.tag),
    outcome,
    confirm: () => asSettled(delivery, outcome),
    refuse: (error) => asSettled(delivery, { kind: "rejected", error }),
  };
}
