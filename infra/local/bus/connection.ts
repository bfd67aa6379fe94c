import type { Socket } from "node:net";
import type { Tap } from "../tap.ts";
import { Claims, entityPath, managedPath } from "./address.ts";
import { batchedMessages } from "./amqp.ts";
import type { Broker } from "./broker.ts";
import { toBusError } from "./bus-error.ts";
import { acceptToken } from "./cbs.ts";
import type { Entity } from "./entity.ts";
import { Lane } from "./lane.ts";
import type { IncomingLink, OutgoingLink, OutgoingUse, Peer, Transfer } from "./link.ts";
import { demandSize, inboxOf, operationOf } from "./management.ts";
import { receiverLink } from "./receiver-link.ts";
import { encodeReply, failure, type Reply, type Request, readRequest } from "./request.ts";
import type { SasKey } from "./sas-token.ts";
import { serve } from "./wire.ts";

const CBS = "$cbs";

export interface Surroundings {
  readonly broker: Broker;
  readonly tap: Tap;
  readonly key: SasKey;
}

/** One client's TCP connection: which node each of its links speaks to, and what it has been let into. */
export class ClientConnection {
  readonly #around: Surroundings;
  readonly #claims = new Claims();
  /** Links for replies, by the client's own address and name of them: `$cbs` replies go by name. */
  readonly #replyLinks = new Map<string, OutgoingLink>();
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
        onClose();
      },
    });
  }

  sever(): void {
    this.#peer.sever();
  }

  #incoming({ address }: IncomingLink): (transfer: Transfer) => void {
    const path = entityPath(address);
    if (path.toLowerCase() === CBS) return (transfer) => this.#onToken(transfer);
    const entity = this.#open(path);
    const lane = new Lane(this.#around.tap, () => this.#peer);
    if (managedPath(path) !== undefined) {
      return (transfer) => this.#onRequest(lane, entity, transfer);
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
    if (!isCbs) {
      const entity = this.#open(path);
      if (managedPath(path) === undefined) {
        const lane = new Lane(this.#around.tap, () => this.#peer);
        return this.#closing(receiverLink(link, entity, lane, this.#around.broker));
      }
    }
    const names = [link.name, link.replyTo];
    for (const name of names) this.#replyLinks.set(name, link);
    return {
      onClose: () => {
        for (const name of names) this.#replyLinks.delete(name);
      },
    };
  }

  /** @throws BusError `amqp:unauthorized-access` or `amqp:not-found` */
  #open(path: string): Entity {
    this.#claims.demand(path, Date.now());
    return this.#around.broker.find(managedPath(path) ?? path);
  }

  /** Whatever ends first, the link or the connection, ends the use once. */
  #closing(use: OutgoingUse): OutgoingUse {
    const close = () => {
      if (this.#closers.delete(close)) use.onClose?.();
    };
    this.#closers.add(close);
    return { ...use, onClose: close };
  }

  /** Sign-in is no call of the service: no tap stands before it. */
  #onToken(transfer: Transfer): void {
    const { key, broker } = this.#around;
    transfer.accept();
    const request = readRequest(transfer.encoded);
    this.#reply(
      request,
      attempt(() => {
        const reply = acceptToken(request, this.#claims, key, Date.now());
        const path = entityPath(String(request.properties["name"]));
        // Azure answers a token for an entity that does not exist with 404; only then the SDK says so at once.
        broker.find(managedPath(path) ?? path);
        return reply;
      }),
      "cbs",
    );
  }

  #onRequest(lane: Lane, entity: Entity, transfer: Transfer): void {
    transfer.accept();
    const request = readRequest(transfer.encoded);
    const answer = (reply: Reply) => this.#reply(request, reply, "management");
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

  #reply(request: Request, reply: Reply, node: "cbs" | "management"): void {
    const link = this.#replyLinks.get(request.replyTo);
    // Nobody to tell: a client that detached its reply link no longer waits.
    link?.send(encodeReply(request, reply, node), Buffer.from("reply"));
  }
}

function attempt(run: () => Reply): Reply {
  try {
    return run();
  } catch (cause) {
    return failure(toBusError(cause));
  }
}
