import type { Broker } from "./broker.ts";
import { noSessions } from "./bus-error.ts";
import type { Entity } from "./entity.ts";
import type { Consumer } from "./feed.ts";
import type { Lane } from "./lane.ts";
import type { Disposition, OutgoingLink, OutgoingUse } from "./link.ts";
import { deliveryTag, tokenOfTag } from "./lock-token.ts";
import { queueOf } from "./management.ts";
import { outgoingMessage } from "./outgoing-message.ts";
import { settle, settlementOf } from "./settle.ts";

const SESSION_FILTER = "com.microsoft:session-filter";

/**
 * A client's receiver on a queue, subscription or dead-letter queue. Its locks outlive it: what it had not settled when it
 * went away comes back when the lock ends, as in Azure.
 *
 * @throws BusError `amqp:not-allowed` on a topic, or for a session
 */
export function receiverLink(
  link: OutgoingLink,
  entity: Entity,
  lane: Lane,
  broker: Broker,
): OutgoingUse {
  const queue = queueOf(entity);
  if (link.filters.includes(SESSION_FILTER)) {
    throw noSessions();
  }
  const consumer: Consumer = link.isPresettled
    ? {
        credit: link.credit,
        give: (message) => link.send(outgoingMessage(message), Buffer.from(message.id)),
      }
    : {
        credit: link.credit,
        lease: ({ message, lock }) =>
          link.send(outgoingMessage(message, lock), deliveryTag(lock.token)),
      };
  const onDisposition = ({ tag, outcome, confirm, refuse }: Disposition) => {
    const settlement = settlementOf(outcome);
    lane.run({
      name: `${settlement.name} ${entity.path}`,
      act: () => {
        settle(queue, tokenOfTag(tag), settlement, Date.now());
        broker.settle();
      },
      answer: confirm,
      fail: refuse,
    });
  };
  entity.feed?.join(consumer);
  return {
    onCredit: () => broker.settle(),
    ...(link.isPresettled ? {} : { onDisposition }),
    onClose: () => entity.feed?.leave(consumer),
  };
}
