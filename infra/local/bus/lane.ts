import type { Service, Tap, Verdict } from "../tap.ts";
import { type BusError, toBusError } from "./bus-error.ts";
import type { Peer } from "./link.ts";

const SERVICE: Service = "bus";

export interface Call<T> {
  /** As the tap sees it, e.g. `send consent`. */
  readonly name: string;
  /** Makes the change durable. @throws BusError */
  readonly act: () => T;
  readonly answer: (result: T) => void;
  readonly fail: (error: BusError) => void;
}

/**
 * The calls of one link: changes and answers keep the order in which the calls came in, while their waits in the tap
 * overlap, as latency on a real wire does.
 */
export class Lane {
  readonly #tap: Tap;
  readonly #peer: () => Peer;
  #changes: Promise<void> = Promise.resolve();
  #answers: Promise<void> = Promise.resolve();

  constructor(tap: Tap, peer: () => Peer) {
    this.#tap = tap;
    this.#peer = peer;
  }

  run<T>(call: Call<T>): void {
    const remote = { service: SERVICE, name: call.name };
    const before = verdictOf(() => this.#tap.before(remote));
    this.#changes = this.#changes.then(async () => {
      const verdict = await before;
      const peer = this.#peer();
      if (verdict === "cut") peer.sever();
      if (peer.isSevered) return;
      const answer = perform(call);
      const after = verdictOf(() => this.#tap.after(remote));
      this.#answers = this.#answers.then(async () => {
        if ((await after) === "cut") peer.sever();
        if (!peer.isSevered) answer();
      });
    });
  }
}

function perform<T>(call: Call<T>): () => void {
  try {
    const result = call.act();
    return () => call.answer(result);
  } catch (cause) {
    const error = toBusError(cause);
    return () => call.fail(error);
  }
}

/** A tap that fails belongs to a cloud that is going away. */
async function verdictOf(ask: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await ask();
  } catch {
    return "cut";
  }
}
