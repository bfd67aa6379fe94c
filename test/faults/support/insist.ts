import { setTimeout as pause } from "node:timers/promises";
import { CONTOSO, newWish, type Wish } from "./wish.ts";

/** A refusal on the way. `polite`: it was a 409, 429 or 503 that said when to come again. */
export interface Told {
  readonly status: number;
  readonly polite: boolean;
}

export type InsistentWish = Wish & { readonly refusals: readonly Told[] };

/** Longest this caller sits out a `Retry-After`: tests are in a hurry, and the service must bear it. */
const MAX_WAIT_MS = 500;

/** Creates a client and asks again, under the same key, until it is there. */
export async function insist(api: string, token: string): Promise<InsistentWish> {
  const wish = newWish("create", { subscription: CONTOSO });
  const refusals: Told[] = [];
  for (;;) {
    const response = await fetch(`${api}/clients`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "idempotency-key": wish.key,
      },
      body: JSON.stringify({ displayName: wish.name }),
    });
    const body: unknown = await response.json();
    if (response.status === 201) {
      return { ...wish, answer: { status: 201, body }, refusals };
    }
    const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
    refusals.push({
      status: response.status,
      polite: [409, 429, 503].includes(response.status) && retryAfter >= 1,
    });
    await pause(Math.min(retryAfter * 1000 || 100, MAX_WAIT_MS));
  }
}
