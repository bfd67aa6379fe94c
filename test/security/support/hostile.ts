import type { Api } from "../../support/api.ts";
import { newId } from "../../support/samples.ts";

/** One who asks for as much as they get, on so many connections at once, from the moment it begins until it is stopped. */
export interface Hostile {
  /** So many answers of each kind so far: `201`, `429 rate-limited`, … */
  counts(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

const LANES = 8;
/** `MAX_CLIENTS_PER_SUBSCRIPTION` */
const MOST_CLIENTS = 10;

/** @param subscriptions several are used in turn, as by somebody who has signed up more than once */
export async function startHostile(
  api: Api,
  address: string,
  subscriptions: number,
): Promise<Hostile> {
  const counts = new Map<string, number>();
  const callers = await Promise.all(Array.from({ length: subscriptions }, () => api.customer()));
  let stopped = false;

  const ask = async (token: string, method: string, path: string, body?: object) => {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { "content-type": "application/json", "idempotency-key": newId() }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    const type = isObject(answer) && typeof answer["type"] === "string" ? answer["type"] : "";
    const kind = `${response.status} ${type.split("/").at(-1) ?? ""}`.trim();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return isObject(answer) && typeof answer["id"] === "string" ? answer["id"] : undefined;
  };
  const kept = new Map<string, string[]>(callers.map(({ token }) => [token, []]));
  /** Makes clients until there are no more to be had, and then room for another: what the directory keeps adds up. */
  const lane = async (index: number): Promise<void> => {
    for (let round = 0; !stopped; round += 1) {
      const token = callers[(index + round) % callers.length]?.token ?? "";
      const mine = kept.get(token) ?? [];
      const id = await ask(token, "POST", "/clients", { displayName: `Nightly import ${round}` });
      if (id !== undefined) mine.push(id);
      else if (mine.length >= MOST_CLIENTS) await ask(token, "DELETE", `/clients/${mine.shift()}`);
      if (round % 8 === 7) await ask(token, "GET", "/clients?limit=100");
    }
  };
  const lanes = Array.from({ length: LANES }, (_, index) => lane(index));
  return {
    counts: () => Object.fromEntries([...counts].toSorted()),
    stop: async () => {
      stopped = true;
      await Promise.all(lanes);
    },
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
