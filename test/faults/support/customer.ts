import { randomUUID } from "node:crypto";
import * as z from "zod";

/** What a caller knows after a request: the answer, or that there was none. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Ask = "create" | "add-secret" | "remove-secret" | "rename" | "delete";

/** One change that a customer wants, with what is needed to ask for it again as the same change. */
export interface Wish {
  readonly ask: Ask;
  readonly name: string;
  readonly key: string;
  /** The client it is about; absent for a create until it is answered. */
  clientId?: string;
  keyId?: string;
  /** The ETag it is asked under; `stale` is one that nothing has. */
  ifMatch?: string;
  answer?: Answer | undefined;
  /** How often it was asked for. */
  asked: number;
}

export const STALE = '"stale"';

export const Created = z.looseObject({ id: z.guid() });
export const Added = z.looseObject({ keyId: z.guid(), secretText: z.string() });

/** What a host that died between its last write and its answer leaves to say: which secret to remove. */
export const AlreadyReturned = z.looseObject({
  type: z.literal("/problems/secret-value-already-returned"),
  keyId: z.guid(),
});

export const newWish = (
  ask: Ask,
  about: { clientId?: string; keyId?: string; ifMatch?: string } = {},
): Wish => ({
  ask,
  name: `${ask} ${randomUUID()}`,
  key: randomUUID(),
  asked: 0,
  ...about,
});

/** Asks for the change; nothing when the connection ended without an answer. */
export async function request(api: string, token: string, wish: Wish): Promise<Answer | undefined> {
  const client = `${api}/clients/${wish.clientId}`;
  const [method, url, body] = {
    create: ["POST", `${api}/clients`, { displayName: wish.name }],
    "add-secret": ["POST", `${client}/secrets`, { displayName: wish.name }],
    "remove-secret": ["DELETE", `${client}/secrets/${wish.keyId}`, undefined],
    rename: ["PATCH", client, { displayName: wish.name }],
    delete: ["DELETE", client, undefined],
  }[wish.ask] as [string, string, unknown];
  wish.asked += 1;
  try {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(method === "POST" && { "idempotency-key": wish.key }),
        ...(wish.ifMatch !== undefined && { "if-match": wish.ifMatch }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The client's ETag, as a careful caller reads it before a change. */
export async function etagOf(api: string, token: string, clientId: string): Promise<string> {
  const response = await fetch(`${api}/clients/${clientId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await response.body?.cancel();
  return response.headers.get("etag") ?? STALE;
}

export const succeeded = (answer: Answer | undefined): boolean =>
  answer !== undefined && answer.status < 300;
