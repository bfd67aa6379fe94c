import type { DirectoryFaults } from "../faults/faults.ts";
import {
  badRequest,
  claimsChallenge,
  forbidden,
  GraphError,
  quotaExceeded,
  serverError,
  throttled,
  unauthenticated,
} from "./graph/graph-error.ts";
import { type Application, allowsPersonalAccounts } from "./graph-types.ts";

/** What currently goes wrong, and how much of it: the faults of the fault list, applied to single requests. */
export interface FaultMachine {
  set(faults: DirectoryFaults | undefined): void;
  readonly current: DirectoryFaults;
  /** False while a fresh object has not reached the replica that answers. */
  visible(record: { readonly createdMs: number }): boolean;
  /** The same for lists, which lag further behind. */
  listed(record: { readonly createdMs: number }): boolean;
  /** Turns to the next replica, and tells whether the one that now answers shows a record. */
  nextReplica(): (record: { readonly createdMs: number }) => boolean;
  /** Throws the 429 that this request shall get. */
  throttle(): void;
  /** Throws the 5xx that this request shall get. */
  fail(): void;
  /** True when the answer to this committed change shall be lost. */
  losesAnswer(): boolean;
  /** True when this request shall never be answered. */
  silent(afterCommit: boolean): boolean;
  /** How the good answer to this request shall be mangled. */
  mangles(): NonNullable<DirectoryFaults["mangled"]>["how"] | undefined;
  /** Throws the 403 that an application gets which has lost this registration. */
  refuseLost(application: Pick<Application, "id" | "appId">): void;
  /** Throws the 400 that this name gets. */
  refuseName(displayName: string): void;
  /** Throws the 403 of a tenant that is full. */
  refuseMore(): void;
  /** Remembers a token. @param challenged whether it was asked for with claims */
  tokenIssued(id: string, challenged: boolean): void;
  /** Throws the 401 that a token gets which was issued before all were revoked. */
  refuseToken(id: string): void;
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
  let setAt = new Date();
  let replica = 0;
  /** Tokens issued since the faults were set, and whether with claims. */
  const issued = new Map<string, boolean>();
  const hits = (fault: { readonly share: number } | undefined): boolean =>
    fault !== undefined && random() < fault.share;
  const isOlder = ({ createdMs }: { readonly createdMs: number }, lagMs = 0): boolean =>
    Date.now() >= createdMs + lagMs;

  return {
    set: (next) => {
      faults = next ?? {};
      setAt = new Date();
      replica = 0;
      issued.clear();
      random = seeded(SEED);
      writes = [];
    },
    get current() {
      return faults;
    },
    visible: (record) => isOlder(record, faults.createLagMs),
    listed: (record) => isOlder(record, Math.max(faults.createLagMs ?? 0, faults.listLagMs ?? 0)),
    nextReplica: () => {
      const isBehind = replica % 2 === 1;
      replica += 1;
      return (record) => !isBehind || isOlder(record, faults.replicaLagMs);
    },
    throttle: () => {
      if (!faults.throttle || !hits(faults.throttle)) return;
      const { retryAfterSeconds, retryAfterDate } = faults.throttle;
      throw throttled(
        retryAfterDate
          ? new Date(Date.now() + (retryAfterSeconds ?? 0) * 1_000)
          : retryAfterSeconds,
      );
    },
    fail: () => {
      if (faults.serverError && hits(faults.serverError)) {
        throw serverError(faults.serverError.status);
      }
    },
    losesAnswer: () => hits(faults.cutAfterCommit),
    silent: (afterCommit) => faults.silence?.afterCommit === afterCommit && hits(faults.silence),
    mangles: () => (hits(faults.mangled) ? faults.mangled?.how : undefined),
    refuseLost: ({ id, appId }) => {
      const lost = faults.lostOwnership;
      if (lost === "all" || lost?.some((one) => [id, appId].includes(one.toLowerCase())))
        throw forbidden();
    },
    refuseName: (displayName) => {
      const name = displayName.toLowerCase();
      if (faults.refusedNames?.some((word) => name.includes(word.toLowerCase())))
        throw badRequest(
          "Invalid value specified for property 'displayName' of resource 'Application'.",
        );
    },
    refuseMore: () => {
      if (faults.quotaExceeded) throw quotaExceeded();
    },
    tokenIssued: (id, challenged) => {
      if (faults.tokensRevoked) issued.set(id, challenged);
    },
    refuseToken: (id) => {
      if (faults.tokensRevoked === "plain" && !issued.has(id))
        throw unauthenticated("Lifetime validation failed, the token was revoked.");
      if (faults.tokensRevoked === "challenge" && issued.get(id) !== true)
        throw claimsChallenge(setAt);
    },
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
