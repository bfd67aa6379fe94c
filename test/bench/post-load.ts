import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { runChild } from "./run-child.ts";
import type { Stage } from "./stage.ts";

const Load = z.object({ perSecond: z.number(), p50: z.number(), p95: z.number() });
/** Requests a second, and milliseconds that one took. */
export type Load = z.infer<typeof Load>;

export interface LoadInput {
  readonly url: string;
  /** Taken in turn; none for a server that asks for none. */
  readonly tokens: readonly string[];
  readonly body: string;
  readonly concurrency: number;
  /** Requests that are made before it counts. */
  readonly warmUp: number;
  readonly requests: number;
}

/** POSTs from a process of its own: `test/bench/load-process.ts`. */
export const postLoad = (input: LoadInput): Promise<Load> =>
  runChild(new URL("load-process.ts", import.meta.url), { environment: {}, input, answer: Load });

/** The message of a create comes a second after it. */
const ANNOUNCED_MS = 1_200;

/** The consumer has worked off what the creates have sent: it must not run into the next measurement. */
export async function consumed({ cloud }: Stage, queue = "consent"): Promise<void> {
  do await pause(ANNOUNCED_MS);
  while (cloud.bus.entity(queue).active > 0);
}

export const CREATE = JSON.stringify({ displayName: "Bench" });

export const tokensOf = (stage: Stage, prefix: string, count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => stage.token(`${prefix}-${index}`)));
