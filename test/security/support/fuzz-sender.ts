import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import type { Api, Call } from "../../support/api.ts";
import type { SeenAnswer } from "../../support/openapi-check.ts";
import { registerAs } from "../../support/registered.ts";
import { documentAllows } from "./document-allows.ts";
import type { FuzzRequest, Value } from "./fuzz-requests.ts";

/** Fetch sends a header's characters as Latin-1; Azure's web server takes UTF-8 and answers anything else by itself. */
const asUtf8 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** Sends what was made up, holds the answer against the document, and remembers the ids it shows. */
export interface FuzzSender {
  /** @throws when the answer is a 5xx, not as documented, or refuses as wrong what the document allows */
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
  const as = async (who: "ann" | "olga", claims: object) =>
    api.callWith(await cloud.directory.issueUserToken(who, { claims }));
  const calls = {
    ann: api.callWith(users.ann.accessToken),
    bob: api.callWith(users.bob.accessToken),
    olga: api.callWith(users.olga.accessToken),
    reader: await as("ann", { scp: "clients.read" }),
    stray: await as("ann", { extension_subscriptionId: undefined }),
    guest: await as("olga", { roles: [] }),
    none: api.callWith(undefined),
    garbage: api.callWith("garbage"),
    registrant: ((...asked) =>
      api.callWith(registered.registration_access_token)(...asked)) satisfies Call,
  };
  let registered = await registerAs(calls.ann, { client_name: "Fuzzed" });
  const seen: Record<"id" | "keyId" | "etag" | "cursor", string[]> = {
    id: [crypto.randomUUID()],
    keyId: [crypto.randomUUID()],
    etag: ['"none"'],
    cursor: [""],
  };
  const allows = documentAllows(api.document);
  const statuses = new Map<number, number>();
  const byOperation = new Map<string, number>();
  const count = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);

  const resolve = (value: Value): string => {
    if (typeof value === "string") return value;
    const known = seen[value.seen];
    return known[value.at % known.length] ?? "";
  };
  const clientOfSecret = new Map<string, string>();
  const pathOf = ({ template, token, path }: FuzzRequest): Record<string, string> => {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const values = Object.fromEntries(names.map((name) => [name, resolve(path[name] ?? "x")]));
    if (isItself({ template, token }) && typeof path["appId"] === "object")
      values["appId"] = registered.client_id;
    // A secret that was seen is asked for at its own client.
    const owner = typeof path["id"] === "object" && clientOfSecret.get(values["keyId"] ?? "");
    return owner ? { ...values, id: owner } : values;
  };
  const remember = (path: Record<string, string>, { status, body, headers }: SeenAnswer): void => {
    const keep = (where: string[], value: string | null | undefined): void => {
      if (value && where.length < 200 && !where.includes(value)) where.push(value);
    };
    const shown = Shown.safeParse(body).data;
    keep(seen.id, shown?.id ?? shown?.clientId);
    keep(seen.keyId, shown?.keyId);
    keep(seen.cursor, shown?.nextCursor);
    keep(seen.etag, headers.get("etag"));
    if (shown?.keyId && path["id"]) clientOfSecret.set(shown.keyId, path["id"]);
    // What is gone makes room for what is there.
    if (status === 404 && seen.id.length > 4)
      seen.id = seen.id.filter((known) => known !== path["id"]);
    if (status === 404) seen.keyId = seen.keyId.filter((known) => known !== path["keyId"]);
    if (seen.keyId.length === 0) seen.keyId.push(crypto.randomUUID());
  };

  const send = async (request: FuzzRequest): Promise<void> => {
    const given = pathOf(request);
    const path = request.template
      .replace("/api", "")
      .replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(reaching(given[name] ?? "")));
    const asked = request.query.map(([name, value]) => [name, resolve(value)] as const);
    const query = asked.map((pair) => pair.map(encode).join("=")).join("&");
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, asUtf8(resolve(value))]),
    );
    // Nothing that was made up would be its own id.
    const body = isItself(request)
      ? request.body?.replace(/"client_id":"[^"]*"/, `"client_id":"${registered.client_id}"`)
      : request.body;
    const answer = await calls[request.token](request.method, query ? `${path}?${query}` : path, {
      headers,
      ...(body !== undefined && { text: body }),
    });
    if (request.operationId === "deleteRegistration" && answer.status === 204)
      registered = await registerAs(calls.ann, { client_name: "Fuzzed again" });
    count(statuses, answer.status);
    count(byOperation, `${request.operationId} ${answer.status}`);
    if (
      answer.status === 400 &&
      allows({ ...request, body, path: given, headers, query: asked }, answer)
    )
      throw new Error(`Refused what the document allows: ${JSON.stringify(answer.body)}`);
    if (answer.status >= 500) throw new Error(`A ${answer.status}: ${JSON.stringify(answer.body)}`);
    const lacking = SECURITY.filter((name) => !answer.headers.has(name));
    if (lacking.length > 0) throw new Error(`The answer lacks ${lacking.join(", ")}`);
    remember(given, answer);
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

/** It manages its own registration, as it does most of the time. */
const isItself = ({ template, token }: Pick<FuzzRequest, "template" | "token">): boolean =>
  template.startsWith("/api/register/") && token === "registrant";

/** A NUL in a path gets no further than the host, which refuses it with an empty 400 of its own (test/local/host). */
const reaching = (text: string): string => text.replaceAll("\0", "\u0001");

/** Lone surrogates have no UTF-8; a client would send a replacement character. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
