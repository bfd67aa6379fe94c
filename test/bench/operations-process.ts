import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { bareCalls } from "./bare-calls.ts";
import { bareSdk } from "./bare-sdk.ts";
import { productCalls } from "./product-calls.ts";
import { childInput } from "./run-child.ts";

/**
 * Times each operation of the service and, next to it, the bare remote calls that it cannot avoid, in turn and with the order
 * changing sides each round, so that a machine that slows down slows down both.
 */
const { api, lives, single, full, warmUp, rounds } = childInput(
  z.object({
    api: z.url(),
    /** Tokens of a subscription for the lives of clients, one with 1 client and one with 20. */
    lives: z.string(),
    single: z.string(),
    full: z.string(),
    warmUp: z.int(),
    rounds: z.int(),
  }),
);

/** A second after a create its consumer is at work on the same two cores; nothing is timed meanwhile. */
const SETTLE_MS = 1_300;

const samples: Record<string, { product: number[]; bare: number[] }> = {};
let timing = false;

async function timed<T>(name: string, side: "product" | "bare", call: () => Promise<T>) {
  const startedAt = performance.now();
  const value = await call();
  const elapsed = performance.now() - startedAt;
  if (timing) {
    samples[name] ??= { product: [], bare: [] };
    samples[name][side].push(elapsed);
  }
  return value;
}

const sdk = bareSdk();
const product = productCalls(api, lives);
const bare = bareCalls(sdk);
const lists = {
  "list 1": { limit: 1, product: productCalls(api, single), bare: bareCalls(sdk) },
  "list 20": { limit: 20, product: productCalls(api, full), bare: bareCalls(sdk) },
};
await bare.open();
for (const list of Object.values(lists)) {
  await list.bare.open();
  for (let made = 0; made < list.limit; made += 1) {
    await list.product.create();
    await list.bare.create();
  }
}
await pause(2_000);

async function pair<T>(
  name: string,
  bareFirst: boolean,
  ask: Record<"product" | "bare", () => Promise<T>>,
) {
  const order = bareFirst ? (["bare", "product"] as const) : (["product", "bare"] as const);
  const values: Partial<Record<"product" | "bare", T>> = {};
  for (const side of order) {
    values[side] = await timed(name, side, ask[side]);
  }
  return values as Record<"product" | "bare", T>;
}

for (let round = -warmUp; round < rounds; round += 1) {
  timing = round >= 0;
  const bareFirst = round % 2 !== 0;
  const each = <T>(name: string, on: (side: "product" | "bare") => Promise<T>) =>
    pair(name, bareFirst, { product: () => on("product"), bare: () => on("bare") });
  const calls = { product, bare };
  const id = await each("create", (side) => calls[side].create());
  await pause(SETTLE_MS);
  for (const [name, list] of Object.entries(lists)) {
    const found = await each(name, (side) => list[side].list(list.limit));
    if (found.product !== list.limit || found.bare !== list.limit)
      throw new Error(`${name} found ${found.product} and ${found.bare}`);
  }
  await each("get", (side) => calls[side].get(id[side]));
  await each("rename", (side) => calls[side].rename(id[side]));
  const keyId = await each("add secret", (side) => calls[side].addSecret(id[side]));
  await each("remove secret", (side) => calls[side].removeSecret(id[side], keyId[side]));
  await each("delete", (side) => calls[side].remove(id[side]));
}
process.send?.(samples);
await sdk.close();
