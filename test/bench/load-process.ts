import { randomUUID } from "node:crypto";
import * as z from "zod";
import { childInput } from "./run-child.ts";
import { percentile } from "./statistics.ts";

/** Keeps so many requests under way at once until all are answered; sends how many a second were, and how long one took. */
const { url, tokens, body, concurrency, warmUp, requests } = childInput(
  z.object({
    url: z.url(),
    /** Taken in turn; none for a server that asks for none. */
    tokens: z.array(z.string()),
    body: z.string(),
    concurrency: z.int(),
    warmUp: z.int(),
    requests: z.int(),
  }),
);

async function post(number: number): Promise<void> {
  const token = tokens[number % tokens.length];
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}`, "idempotency-key": randomUUID() }),
    },
    body,
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${url}: ${response.status} ${text}`);
}

async function run(count: number) {
  const took: number[] = [];
  let next = 0;
  const lane = async () => {
    while (next < count) {
      next += 1;
      const postedAt = performance.now();
      await post(next);
      took.push(performance.now() - postedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, lane));
  const perSecond = count / ((performance.now() - startedAt) / 1000);
  return { perSecond, took };
}

if (warmUp > 0) await run(warmUp);
const { perSecond, took } = await run(requests);
process.send?.({ perSecond, p50: percentile(took, 0.5), p95: percentile(took, 0.95) });
