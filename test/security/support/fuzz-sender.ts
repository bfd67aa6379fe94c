import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import type { Api } from "../../support/api.ts";
import type { SeenAnswer } from "../../support/openapi-check.ts";
import type { FuzzRequest, Value } from "./fuzz-requests.ts";

/** Sends what was made up, holds the answer against the document, and remembers the ids it shows. */
export interface FuzzSender {
  /** @throws when the answer is a 5xx or not as documented */
  send(request: FuzzRequest): Promise<void>;
  /** How many answers there were of each status. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly byOperation: ReadonlyMap<string, number>;
}

const Shown = z.looseObject({
  id: z.guid().optional(),
  clientId: z.guid().optional(),
  keyId: z.guid().optional(),
  nextCursor: z.string().optional(),
});

const SECURITY = ["strict-transport-security", "x-content-type-options", "content-security-policy"];

export async function openFuzzSender(cloud: Cloud, api: Api): Promise<FuzzSender> {
  const { users } = cloud.addresses;
  const calls = {
    ann: api.callWith(users.ann.accessToken),
    bob: api.callWith(users.bob.accessToken),
    olga: api.callWith(users.olga.accessToken),
    none: api.callWith(undefined),
    garbage: api.callWith("garbage"),
  };
  const seen: Record<"id" | "keyId" | "etag" | "cursor", string[]> = {
    id: [crypto.randomUUID()],
    keyId: [crypto.randomUUID()],
    etag: ['"none"'],
    cursor: [""],
  };
  const statuses = new Map<number, number>();
  const byOperation = new Map<string, number>();
  const count = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);

  const resolve = (value: Value): string => {
    if (typeof value === "string") return value;
    const known = seen[value.seen];
    return known[value.at % known.length] ?? "";
  };
  const remember = ({ body, headers }: SeenAnswer): void => {
    const keep = (where: string[], value: string | null | undefined): void => {
      if (value && where.length < 200 && !where.includes(value)) where.push(value);
    };
    const shown = Shown.safeParse(body).data;
    keep(seen.id, shown?.id ?? shown?.clientId);
    keep(seen.keyId, shown?.keyId);
    keep(seen.cursor, shown?.nextCursor);
    keep(seen.etag, headers.get("etag"));
  };

  const send = async (request: FuzzRequest): Promise<void> => {
    const path = request.template
      .replace("/api", "")
      .replaceAll(/\{(\w+)\}/g, (_, name) =>
        encodeURIComponent(resolve(request.path[name] ?? "x")),
      );
    const query = request.query
      .map(([name, value]) => [name, resolve(value)].map(encode).join("="))
      .join("&");
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, resolve(value)]),
    );
    const answer = await calls[request.token](request.method, query ? `${path}?${query}` : path, {
      headers,
      ...(request.body !== undefined && { text: request.body }),
    });
    count(statuses, answer.status);
    count(byOperation, `${request.operationId} ${answer.status}`);
    if (answer.status >= 500) throw new Error(`A ${answer.status}: ${JSON.stringify(answer.body)}`);
    const lacking = SECURITY.filter((name) => !answer.headers.has(name));
    if (lacking.length > 0) throw new Error(`The answer lacks ${lacking.join(", ")}`);
    remember(answer);
  };

  return {
    statuses,
    byOperation,
    send: async (request) => {
      try {
        await send(request);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`${why}\nto ${JSON.stringify(request)}`, { cause });
      }
    },
  };
}

/** Lone surrogates have no UTF-8; a client would send a replacement character. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
