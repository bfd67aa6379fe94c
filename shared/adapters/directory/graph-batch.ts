import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { type SendDeps, send } from "./send.ts";

/** Most parts a `$batch` may have. */
const BATCH_SIZE = 20;
/** Longest a throttled part's `Retry-After` is sat out, in seconds. */
const MAX_WAIT_SECONDS = 5;

const Answer = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()).nullish(),
      body: z.unknown(),
    }),
  ),
});

export interface Part {
  readonly id: string;
  /** Path below the version. */
  readonly url: string;
}

/**
 * Reads many things, 20 to a call, and answers each part's body; nothing for one that is not there. Parts that are throttled
 * are asked for once more together, because no client repeats them by itself.
 */
export async function readParts(
  deps: SendDeps,
  client: Client,
  parts: readonly Part[],
): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  for (let at = 0; at < parts.length; at += BATCH_SIZE) {
    const again = await readBatch(deps, client, parts.slice(at, at + BATCH_SIZE), found);
    if (again.parts.length === 0) continue;
    const unavailable = new RemoteUnavailable("directory", {
      executed: "no",
      throttled: again.throttled,
      retryAfterSeconds: again.retryAfterSeconds,
    });
    if (again.retryAfterSeconds > MAX_WAIT_SECONDS) throw unavailable;
    await deps.runtime.pause(again.retryAfterSeconds * 1000);
    if ((await readBatch(deps, client, again.parts, found)).parts.length > 0) throw unavailable;
  }
  return found;
}

async function readBatch(
  deps: SendDeps,
  client: Client,
  parts: readonly Part[],
  found: Map<string, unknown>,
) {
  const requests = parts.map(({ id, url }) => ({ id, method: "GET", url }));
  const answer = await send(deps, { repeatable: true }, () =>
    client.api("/$batch").post({ requests }),
  );
  const again = new Set<string>();
  let retryAfterSeconds = 1;
  let throttled = false;
  for (const part of Answer.parse(answer).responses) {
    if (part.status === 200) {
      found.set(part.id, part.body);
    } else if (part.status === 429 || part.status >= 500) {
      again.add(part.id);
      throttled ||= part.status === 429;
      const headers = new Headers(part.headers ?? {});
      retryAfterSeconds = Math.max(retryAfterSeconds, Number(headers.get("retry-after") ?? 1) || 1);
    } else if (part.status !== 404) {
      throw new Error(`The directory refused a read with ${part.status}`);
    }
  }
  return { parts: parts.filter(({ id }) => again.has(id)), retryAfterSeconds, throttled };
}
