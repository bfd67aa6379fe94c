import { setTimeout as wait } from "node:timers/promises";
import type { RemoteCall, Service, Tap } from "../tap.ts";
import type { Faults } from "./faults.ts";

type WireFaults = Exclude<Faults["bus"], "down" | undefined>;

/** A generator whose sequence follows from its seed alone (mulberry32), so that a run with faults can be repeated. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Calls that commit nothing: cutting their answer would only be latency. */
const READS = /^(get|query|peek|receive)\b/;

export interface FaultTap extends Tap {
  set(service: Service, faults: WireFaults | undefined): void;
}

/** Latency, cut answers and silence for the services that know nothing of faults themselves. Each `set` starts the sequence anew. */
export function createFaultTap(seed = 1): FaultTap {
  const current = new Map<Service, WireFaults>();
  let random = createRandom(seed);
  return {
    set: (service, faults) => {
      random = createRandom(seed);
      if (faults) current.set(service, faults);
      else current.delete(service);
    },
    before: async ({ service }) => {
      const { latencyMs, hang } = current.get(service) ?? {};
      if (hang) return new Promise<never>(() => undefined);
      if (latencyMs) await wait(latencyMs);
      return "pass";
    },
    after: async ({ service, name }) => {
      const share = current.get(service)?.cutAfterCommit?.share ?? 0;
      return share > 0 && !READS.test(name) && random() < share ? "cut" : "pass";
    },
  };
}

/** Every tap is asked, in order, until one orders the cut. */
export function composeTaps(...taps: readonly Tap[]): Tap {
  const ask = (moment: keyof Tap) => async (call: RemoteCall) => {
    for (const tap of taps) if ((await tap[moment](call)) === "cut") return "cut";
    return "pass";
  };
  return { before: ask("before"), after: ask("after") };
}
