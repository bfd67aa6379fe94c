import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import { inLanes } from "../../base/in-lanes.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { DirectoryRefusal } from "../../clients/ports.ts";
import { json } from "./json.ts";
import { isAstray, refusalOf, refusedPart } from "./refusal.ts";
import { retryAfterMs } from "./retry-after.ts";
import { ask, type SendDeps, send } from "./send.ts";

/** Most parts a `$batch` may have. */
const BATCH_SIZE = 20;
/** So many batches at once: 80 reads in the time of 20, and little of what the directory grants a tenant. */
const LANES = 4;
/** Longest a throttled part's `Retry-After` is sat out, in milliseconds. */
const MAX_WAIT_MS = 5_000;
const FIRST_WAIT_MS = 1_000;

const Answer = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()).nullish(),
      body: z.unknown().optional(),
    }),
  ),
});

export interface Part<T> {
  readonly id: string;
  /** Path below the version. */
  readonly url: string;
  /** What its body looks like. */
  readonly answer: z.ZodType<T>;
}

/** What a part came to. One part's refusal is no other part's. */
export type PartAnswer<T> =
  | { readonly kind: "found"; readonly body: T }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly refusal: DirectoryRefusal };

export type PartAnswers<T> = ReadonlyMap<string, PartAnswer<T>>;

/**
 * Reads many things, 20 to a call and four calls at once. Every part is in the answer. Parts that are throttled, fail or come
 * mangled are asked for once more together, because no client repeats them by itself.
 *
 * @param onBatch given the answers of each batch as they come, in any order
 * @throws RemoteUnavailable when a part cannot be had even so; DirectoryRefused when the directory takes no batch
 */
export async function readParts<T>(
  deps: SendDeps,
  client: Client,
  parts: readonly Part<T>[],
  onBatch: (answers: PartAnswers<T>) => Promise<void> = async () => undefined,
): Promise<PartAnswers<T>> {
  const all = new Map<string, PartAnswer<T>>();
  const batches = Array.from({ length: Math.ceil(parts.length / BATCH_SIZE) }, (_, at) =>
    parts.slice(at * BATCH_SIZE, (at + 1) * BATCH_SIZE),
  );
  let failure: { readonly error: unknown } | undefined;
  await inLanes(Math.min(LANES, batches.length), batches, async (batch) => {
    // After one has failed no other is begun, and those under way are waited for: nothing goes on once this has ended.
    if (failure) return;
    try {
      const answers = await readBatch(deps, client, batch);
      for (const [id, answer] of answers) all.set(id, answer);
      await onBatch(answers);
    } catch (error) {
      failure ??= { error };
    }
  });
  if (failure) throw failure.error;
  return all;
}

async function readBatch<T>(
  deps: SendDeps,
  client: Client,
  parts: readonly Part<T>[],
): Promise<PartAnswers<T>> {
  const first = await readOnce(deps, client, parts);
  if (first.again.length === 0) return first.answers;
  const { waitMs, throttled } = first;
  if (waitMs > MAX_WAIT_MS) throw unavailable(waitMs, throttled);
  await deps.runtime.pause(waitMs);
  // A token may be refused by what is behind a part while the batch itself is answered: alone, the call gets a new one.
  const [alone] = first.unauthorized;
  if (alone) await renewToken(deps, client, alone);
  const second = await readOnce(deps, client, first.again);
  if (second.again.length > 0) throw unavailable(second.waitMs, second.throttled);
  return new Map([...first.answers, ...second.answers]);
}

const unavailable = (waitMs: number, throttled: boolean): RemoteUnavailable =>
  new RemoteUnavailable("directory", {
    executed: "no",
    throttled,
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)),
  });

async function readOnce<T>(deps: SendDeps, client: Client, parts: readonly Part<T>[]) {
  const requests = parts.map(({ id, url }) => ({ id, method: "GET", url }));
  const { responses } = await ask(deps, { answer: Answer }, () =>
    json(client, "/$batch").post({ requests }),
  );
  const byId = new Map(responses.map((response) => [response.id, response]));
  const answers = new Map<string, PartAnswer<T>>();
  const again: Part<T>[] = [];
  const unauthorized: Part<T>[] = [];
  let waitMs = FIRST_WAIT_MS;
  let throttled = false;
  for (const part of parts) {
    const response = byId.get(part.id);
    const read = response && readPart(part, response.status, response.body);
    if (read) {
      answers.set(part.id, read);
      continue;
    }
    again.push(part);
    if (response?.status === 401) unauthorized.push(part);
    throttled ||= response?.status === 429;
    const headers = new Headers(response?.headers ?? {});
    const asked = retryAfterMs(headers.get("retry-after"), deps.runtime.now());
    waitMs = Math.max(waitMs, asked ?? 0);
  }
  return { answers, again, unauthorized, waitMs, throttled };
}

/** Nothing when the part has to be asked for again. */
function readPart<T>(
  { answer }: Part<T>,
  status: number,
  body: unknown,
): PartAnswer<T> | undefined {
  if (status === 200) {
    const parsed = answer.safeParse(body);
    return parsed.success ? { kind: "found", body: parsed.data } : undefined;
  }
  const refused = refusedPart(status, body);
  if (isAstray(refused)) return undefined;
  if (status === 404) return { kind: "absent" };
  if (status < 400 || status >= 500 || [401, 408, 429].includes(status)) return undefined;
  const refusal = refusalOf(refused);
  return refusal.reason === "absent" ? { kind: "absent" } : { kind: "refused", refusal };
}

/** What comes of the read is of no interest: the part is asked for again with the others. */
async function renewToken<T>(
  deps: SendDeps,
  client: Client,
  { url, answer }: Part<T>,
): Promise<void> {
  await send(deps, { repeatable: true, answer }, () => json(client, url).get());
}
