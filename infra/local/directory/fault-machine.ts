import type { DirectoryFaults } from "../faults/faults.ts";
import { GraphError, serverError, throttled } from "./graph-error.ts";
import { type Application, allowsPersonalAccounts } from "./graph-types.ts";

/** What currently goes wrong, and how much of it: the faults of the fault list, applied to single requests. */
export interface FaultMachine {
  set(faults: DirectoryFaults | undefined): void;
  readonly current: DirectoryFaults;
  /** False while a fresh object has not reached the replica that answers. */
  visible(record: { readonly createdMs: number }): boolean;
  /** Throws the 429 that this request shall get. */
  throttle(): void;
  /** Throws the 5xx that this request shall get. */
  fail(): void;
  /** True when the answer to this committed change shall be lost. */
  losesAnswer(): boolean;
  /** Counts one write against the limit of the personal-account audiences; throws 429 past it. */
  countWrite(application: Pick<Application, "signInAudience">): void;
}

const MINUTE_MS = 60_000;
/** Any constant: a run with the same faults and the same calls is hit in the same places. */
const SEED = 0x1a7c4;

export function openFaultMachine(): FaultMachine {
  let faults: DirectoryFaults = {};
  let random = seeded(SEED);
  let writes: number[] = [];
  return {
    set: (next) => {
      faults = next ?? {};
      random = seeded(SEED);
      writes = [];
    },
    get current() {
      return faults;
    },
    visible: (record) => Date.now() >= record.createdMs + (faults.createLagMs ?? 0),
    throttle: () => {
      if (faults.throttle && random() < faults.throttle.share) {
        throw throttled(faults.throttle.retryAfterSeconds);
      }
    },
    fail: () => {
      if (faults.serverError && random() < faults.serverError.share) {
        throw serverError(faults.serverError.status);
      }
    },
    losesAnswer: () =>
      faults.cutAfterCommit !== undefined && random() < faults.cutAfterCommit.share,
    countWrite: (application) => {
      if (!faults.writesPerMinute || !allowsPersonalAccounts(application.signInAudience)) return;
      const now = Date.now();
      writes = writes.filter((at) => at > now - MINUTE_MS);
      const [oldest] = writes;
      if (oldest !== undefined && writes.length >= faults.writesPerMinute) {
        const error = throttled(Math.max(1, Math.ceil((oldest + MINUTE_MS - now) / 1_000)));
        throw new GraphError(429, error.code, error.message, {
          ...error.headers,
          "x-ms-throttle-information": "WriteLimitExceeded",
        });
      }
      writes.push(now);
    },
  };
}

/** Mulberry32: small, repeatable, good enough to spread faults. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
