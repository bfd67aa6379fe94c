import { entityPath } from "./address.ts";
import type { OutgoingLink } from "./link.ts";
import { encodeReply, type Reply, type Request } from "./request.ts";

/** The links on which one connection's clients wait for answers of `$cbs` and the management nodes. */
export class Replies {
  /** In the order in which they were attached. */
  readonly #links = new Set<OutgoingLink>();

  join(link: OutgoingLink): void {
    this.#links.add(link);
  }

  leave(link: OutgoingLink): void {
    this.#links.delete(link);
  }

  /** Nobody to tell = a client that has detached its link and no longer waits. */
  send(request: Request, reply: Reply, node: string): void {
    const kind = node.toLowerCase() === "$cbs" ? "cbs" : "management";
    this.#linkFor(request, node)?.send(encodeReply(request, reply, kind), Buffer.from("reply"));
  }

  /** Where the request says (JavaScript names the link itself for `$cbs`); Python says nothing and has one link from the node. */
  #linkFor({ replyTo }: Request, node: string): OutgoingLink | undefined {
    const wanted = node.toLowerCase();
    const links = [...this.#links]
      .filter(({ address }) => entityPath(address).toLowerCase() === wanted)
      .reverse();
    if (replyTo === undefined) return links[0];
    return links.find((link) => link.replyTo === replyTo || link.name === replyTo);
  }
}
