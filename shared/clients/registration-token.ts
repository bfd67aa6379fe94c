import { createHash, timingSafeEqual } from "node:crypto";
import type { ClientRecord } from "./client.ts";
import type { AuthMethod, Registration } from "./registration.ts";

/** The record of one that can be managed by its token. */
export type RegisteredClient = ClientRecord & { readonly registration: Registration };

/** Where the record of a token's client should be found; only the record proves it. */
export interface ClaimedRegistration {
  readonly subscription: string;
  readonly clientId: string;
  readonly tokenHash: string;
}

/**
 * A registration access token (RFC 7592, section 1.2): it says whose it is, so that one read finds its client, and ends in what
 * nobody can guess.
 *
 * @param secret 32 random bytes
 */
export function registrationToken(
  { subscription, id }: Pick<ClientRecord, "subscription" | "id">,
  secret: Uint8Array,
): string {
  const name = Buffer.from(subscription).toString("base64url");
  const client = Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url");
  return ["lkr", name, client, Buffer.from(secret).toString("base64url")].join(".");
}

export const registrationOf = (token: string, authMethod: AuthMethod): Registration => ({
  tokenHash: hashOf(token),
  authMethod,
});

const FORM = /^lkr\.([\w-]{2,700})\.([\w-]{22})\.[\w-]{43}$/;

/** What a token says, without anything having been looked up. Nothing: it is none of ours. */
export function readRegistrationToken(token: string): ClaimedRegistration | undefined {
  const [, name = "", client = ""] = FORM.exec(token) ?? [];
  const subscription = Buffer.from(name, "base64url").toString();
  // Written in one way only: another writing of the same is another token.
  if (name === "" || Buffer.from(subscription).toString("base64url") !== name) return undefined;
  const clientId = Buffer.from(client, "base64url")
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { subscription, clientId, tokenHash: hashOf(token) };
}

/** Whether it opens this registration, of the client that was asked for by its OAuth client_id. */
export function opens(
  { tokenHash }: Pick<ClaimedRegistration, "tokenHash">,
  record: ClientRecord | undefined,
  appId: string,
): record is RegisteredClient {
  if (!record?.registration || record.appId !== appId) return false;
  const [kept, sent] = [Buffer.from(record.registration.tokenHash), Buffer.from(tokenHash)];
  return kept.length === sent.length && timingSafeEqual(kept, sent);
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("base64url");
