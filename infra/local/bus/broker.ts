import type { Topology } from "../../topology.ts";
import type { Store } from "../store.ts";
import { entityNotFound } from "./bus-error.ts";
import { type Counts, noCounts } from "./counts.ts";
import { createQueue, createTopic, DEAD_LETTER_QUEUE, type Entity, earliest } from "./entity.ts";

/** setTimeout's largest delay; beyond it Node fires at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** How many messages of an entity are in which state; locked ones count as active. */
export interface EntityCounts {
  readonly active: number;
  readonly scheduled: number;
  readonly deferred: number;
  readonly deadLettered: number;
}

/** All entities of the namespace and the one timer that wakes them when something falls due. */
export class Broker {
  readonly counts: Counts = noCounts();
  readonly #store: Store;
  readonly #entities: ReadonlyMap<string, Entity>;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(topology: Topology, store: Store) {
    this.#store = store;
    const entities = [
      ...topology.queues.flatMap((queue) => createQueue(queue, store, this.counts)),
      ...topology.topics.flatMap((topic) => createTopic(topic, store, this.counts)),
    ];
    this.#entities = new Map(entities.map((entity) => [key(entity.path), entity]));
    this.settle();
  }

  /** @throws BusError `amqp:not-found` */
  find(path: string): Entity {
    const entity = this.#entities.get(key(path));
    if (!entity) throw entityNotFound(path);
    return entity;
  }

  /** To be called after every change: whatever is due now happens, receivers are served, the timer is set anew. */
  settle(now = Date.now()): void {
    if (this.#isStopped) return;
    const entities = [...this.#entities.values()];
    for (const entity of entities) entity.tick(now);
    for (const entity of entities) entity.feed?.pump(now);
    clearTimeout(this.#timer);
    const due = earliest(entities.map((entity) => entity.nextDue()));
    if (due === undefined) return;
    const delay = Math.min(Math.max(due - now, 1), LONGEST_DELAY_MS);
    this.#timer = setTimeout(() => this.settle(), delay).unref();
  }

  count(path: string): EntityCounts {
    const { queue, inbox } = this.find(path);
    const messages = queue?.list() ?? [];
    const deferred = messages.filter((message) => message.deferred).length;
    const dead = this.#entities.get(key(`${path}/${DEAD_LETTER_QUEUE}`));
    return {
      active: messages.length - deferred,
      scheduled: inbox?.list().length ?? 0,
      deferred,
      deadLettered: dead?.queue?.list().length ?? 0,
    };
  }

  /** How many scheduled messages come by then (epoch ms). */
  countDue(path: string, by: number): number {
    const waiting = this.find(path).inbox?.list() ?? [];
    return waiting.filter(({ dueAt = 0 }) => dueAt <= by).length;
  }

  reset(): void {
    this.#store.clear();
    for (const entity of this.#entities.values()) entity.clear();
    Object.assign(this.counts, noCounts());
    this.settle();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }
}

/** Entity names are case-insensitive; the SDK writes `Subscriptions`, other clients `subscriptions`. */
function key(path: string): string {
  return path.toLowerCase();
}
