import type { Socket } from "node:net";
import type { Tap } from "../tap.ts";
import { Claims, entityPath, managedPath } from "./address.ts";
import { batchedMessages } from "./amqp.ts";
import type { Broker } from "./broker.ts";
import { BusError, toBusError } from "./bus-error.ts";
import { acceptToken } from "./cbs.ts";
import { Claimed } from "./claimed.ts";
import type { Entity } from "./entity.ts";
import { Lane } from "./lane.ts";
import type {
  IncomingLink,
  IncomingUse,
  OutgoingLink,
  OutgoingUse,
  Peer,
  Transfer,
} from "./link.ts";
import { demandSize, inboxOf, operationOf } from "./management.ts";
import { receiverLink } from "./receiver-link.ts";
import { Replies } from "./replies.ts";
import { failure, type Reply, type Request, readRequest } from "./request.ts";
import type { SasKey } from "./sas-token.ts";
import { serve } from "./wire.ts";

const CBS = "$cbs";
/** The property of a sender's link that sends through one entity into another. */
const VIA = "com.microsoft:transfer-destination-address";

export interface Surroundings {
  readonly broker: Broker;
  readonly tap: Tap;
  readonly key: SasKey;
}

/** One client's TCP connection: which node each of its links speaks to, and what it has been let into. */
export class ClientConnection {
  readonly #around: Surroundings;
  readonly #claims = new Claims();
  /** The links that stand on a claim, each with the path it needs. */
  readonly #claimed = new Claimed(this.#claims);
  readonly #replies = new Replies();
  readonly #closers = new Set<() => void>();
  readonly #peer: Peer;

  constructor(socket: Socket, around: Surroundings, onClose: () => void) {
    this.#around = around;
    this.#peer = serve(socket, {
      incoming: (link) => this.#incoming(link),
      outgoing: (link) => this.#outgoing(link),
      refusal: toBusError,
      onClose: () => {
        for (const close of this.#closers) close();
        this.#claimed.stop();
        onClose();
      },
    });
  }

  sever(): void {
    this.#peer.sever();
  }

  #incoming(link: IncomingLink): IncomingUse {
    const path = entityPath(link.address);
    if (path.toLowerCase() === CBS) return { onTransfer: (transfer) => this.#onToken(transfer) };
    const entity = this.#open(path);
    const onTransfer = this.#receive(path, entity, link);
    return { onTransfer, onClose: this.#claimed.join(path, "Send", link.detach) };
  }

  /** @throws BusError where nothing can be sent */
  #receive(path: string, entity: Entity, link: IncomingLink): (transfer: Transfer) => void {
    const lane = new Lane(this.#around.tap, () => this.#peer);
    if (managedPath(path) !== undefined) {
      return (transfer) => this.#onRequest(lane, path, entity, transfer);
    }
    if (link.properties.includes(VIA)) {
      throw new BusError("amqp:not-implemented", "Send via is not supported by this namespace.");
    }
    const inbox = inboxOf(entity);
    return (transfer) =>
      lane.run({
        name: `send ${entity.path}`,
        act: () => {
          const { encoded, isBatch } = transfer;
          demandSize(encoded);
          inbox.accept(isBatch ? batchedMessages(encoded) : [encoded], Date.now());
          this.#around.broker.settle();
        },
        answer: () => transfer.accept(),
        fail: (error) => transfer.reject(error),
      });
  }

  #outgoing(link: OutgoingLink): OutgoingUse {
    const path = entityPath(link.address);
    const isCbs = path.toLowerCase() === CBS;
    const entity = isCbs ? undefined : this.#open(path);
    if (entity && managedPath(path) === undefined) {
      const lane = new Lane(this.#around.tap, () => this.#peer);
      const use = receiverLink(link, entity, lane, this.#around.broker);
      return this.#closing(use, this.#claimed.join(path, "Listen", link.detach));
    }
    this.#replies.join(link);
    const leave = isCbs ? () => {} : this.#claimed.join(path, "Listen", link.detach);
    return this.#closing({ onClose: () => this.#replies.leave(link) }, leave);
  }

  /** @throws BusError `amqp:unauthorized-access` or `amqp:not-found` */
  #open(path: string): Entity {
    this.#claims.demand(path, Date.now());
    return this.#around.broker.find(managedPath(path) ?? path);
  }

  /** Whatever ends first, the link or the connection, ends the use once. */
  #closing(use: OutgoingUse, leave: () => void): OutgoingUse {
    const close = () => {
      if (!this.#closers.delete(close)) return;
      leave();
      use.onClose?.();
    };
    this.#closers.add(close);
    return { ...use, onClose: close };
  }

  /** Sign-in is no call of the service: no tap stands before it. */
  #onToken(transfer: Transfer): void {
    const { key, broker } = this.#around;
    const request = requestIn(transfer);
    if (!request) return;
    const sign = () => {
      const reply = acceptToken(request, this.#claims, key, Date.now());
      this.#claimed.renewed();
      const path = entityPath(String(request.properties["name"]));
      // Azure answers a token for an entity that does not exist with 404; only then the SDK says so at once.
      broker.find(managedPath(path) ?? path);
      return reply;
    };
    this.#replies.send(request, attempt(sign), CBS);
  }

  #onRequest(lane: Lane, path: string, entity: Entity, transfer: Transfer): void {
    const request = requestIn(transfer);
    if (!request) return;
    const answer = (reply: Reply) => this.#replies.send(request, reply, path);
    try {
      const operation = operationOf(request, entity);
      lane.run({
        name: `${operation.name} ${entity.path}`,
        act: () => {
          const reply = operation.run(Date.now());
          this.#around.broker.settle();
          return reply;
        },
        answer,
        fail: (error) => answer(failure(error)),
      });
    } catch (cause) {
      answer(failure(toBusError(cause)));
    }
  }
}

/** A request that cannot even be read has no address for its answer: its transfer is refused. */
function requestIn(transfer: Transfer): Request | undefined {
  try {
    const request = readRequest(transfer.encoded);
    transfer.accept();
    return request;
  } catch (cause) {
    transfer.reject(toBusError(cause));
    return undefined;
  }
}

function attempt(run: () => Reply): Reply {
  try {
    return run();
  } catch (cause) {
    return failure(toBusError(cause));
  }
}
