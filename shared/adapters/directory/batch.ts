import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import type { DirectoryClient } from "../../clients/ports.ts";
import { RemoteUnavailable } from "../../unavailable.ts";
import { APPLICATION_SELECT, Application } from "./application.ts";
import { type SendDeps, send } from "./send.ts";

/** Most parts a `$batch` may have. */
const BATCH_SIZE = 20;
/** Longest a throttled part's `Retry-After` is sat out, in seconds. */
const MAX_WAIT_SECONDS = 5;

const BatchAnswer = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()).nullish(),
      body: z.unknown(),
    }),
  ),
});

/**
 * Reads many applications, 20 to a call. A `$batch` is answered 200 even when its parts fail: parts that are throttled are
 * asked for once more together, because no client repeats them by itself.
 */
export async function readMany(
  deps: SendDeps,
  client: Client,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DirectoryClient>> {
  const found = new Map<string, DirectoryClient>();
  for (let at = 0; at < ids.length; at += BATCH_SIZE) {
    const chunk = ids.slice(at, at + BATCH_SIZE);
    const again = await readBatch(deps, client, chunk, found);
    if (again.ids.length === 0) continue;
    const unavailable = new RemoteUnavailable("directory", {
      executed: "no",
      throttled: again.throttled,
      retryAfterSeconds: again.retryAfterSeconds,
    });
    if (again.retryAfterSeconds > MAX_WAIT_SECONDS) throw unavailable;
    await deps.runtime.pause(again.retryAfterSeconds * 1000);
    if ((await readBatch(deps, client, again.ids, found)).ids.length > 0) throw unavailable;
  }
  return found;
}

async function readBatch(
  deps: SendDeps,
  client: Client,
  ids: readonly string[],
  found: Map<string, DirectoryClient>,
) {
  const requests = ids.map((id) => ({
    id,
    method: "GET",
    url: `/applications/${id}?$select=${APPLICATION_SELECT}`,
  }));
  const answer = await send(deps, { repeatable: true }, () =>
    client.api("/$batch").post({ requests }),
  );
  const again: string[] = [];
  let retryAfterSeconds = 1;
  let throttled = false;
  for (const part of BatchAnswer.parse(answer).responses) {
    if (part.status === 200) {
      found.set(part.id, Application.parse(part.body));
    } else if (part.status === 429 || part.status >= 500) {
      again.push(part.id);
      throttled ||= part.status === 429;
      const headers = new Headers(part.headers ?? {});
      retryAfterSeconds = Math.max(retryAfterSeconds, Number(headers.get("retry-after") ?? 1) || 1);
    } else if (part.status !== 404) {
      throw new Error(`The directory refused a read with ${part.status}`);
    }
  }
  return { ids: again, retryAfterSeconds, throttled };
}
