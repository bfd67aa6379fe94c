import { randomUUID } from "node:crypto";

export interface Lock {
  /** The GUID that the client knows as the message's lock token. */
  readonly token: string;
  readonly messageId: string;
  readonly until: number;
}

/** Who holds what, until when. In memory only: a restart unlocks everything, as a failover of the real service may. */
export class Locks {
  readonly #byToken = new Map<string, Lock>();
  readonly #byMessage = new Map<string, string>();

  take(messageId: string, until: number): Lock {
    const lock = { token: randomUUID(), messageId, until };
    this.#byToken.set(lock.token, lock);
    this.#byMessage.set(messageId, lock.token);
    return lock;
  }

  /** Only while it holds: a lock whose time has passed is lost even if nothing has swept it up yet. */
  held(token: string, now: number): Lock | undefined {
    const lock = this.#byToken.get(token);
    return lock && lock.until > now ? lock : undefined;
  }

  get(token: string): Lock | undefined {
    return this.#byToken.get(token);
  }

  of(messageId: string): Lock | undefined {
    const token = this.#byMessage.get(messageId);
    return token === undefined ? undefined : this.#byToken.get(token);
  }

  extend(lock: Lock, until: number): Lock {
    const extended = { ...lock, until };
    this.#byToken.set(lock.token, extended);
    return extended;
  }

  drop(lock: Lock): void {
    this.#byToken.delete(lock.token);
    this.#byMessage.delete(lock.messageId);
  }

  clear(): void {
    this.#byToken.clear();
    this.#byMessage.clear();
  }
}
