import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { productCalls } from "./product-calls.ts";
import { childInput } from "./run-child.ts";

/** Times create and list on several clouds in turn. */
const Side = z.object({ name: z.string(), api: z.url(), token: z.string() });
const { sides, warmUp, rounds } = childInput(
  z.object({ sides: z.array(Side), warmUp: z.int(), rounds: z.int() }),
);
const SETTLE_MS = 150;
const PAGE = 20;

const samples: Record<string, { create: number[]; list: number[] }> = {};
for (let round = -warmUp; round < rounds; round += 1) {
  for (const { name, api, token } of round % 2 === 0 ? sides : sides.toReversed()) {
    const calls = productCalls(api, token);
    const timed = async (operation: "create" | "list", call: () => Promise<unknown>) => {
      const startedAt = performance.now();
      await call();
      const elapsed = performance.now() - startedAt;
      samples[name] ??= { create: [], list: [] };
      if (round >= 0) samples[name][operation].push(elapsed);
    };
    await timed("create", calls.create);
    await pause(SETTLE_MS);
    await timed("list", () => calls.list(PAGE));
  }
}
process.send?.(samples);
