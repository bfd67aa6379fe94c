import { certificateFor } from "./certificate-for.ts";
import type { Answer, Wish } from "./wish.ts";
import { STALE } from "./wish.ts";

/** Every change that the campaign asks for. */
export const asks = [
  "create",
  "register",
  "read-registered",
  "rename-registered",
  "delete-registered",
  "add-secret",
  "remove-secret",
  "rotate",
  "rotate-now",
  "rotate-self",
  "retire",
  "add-certificate",
  "rotate-certificate",
  "rotate-self-certificate",
  "remove-certificate",
  "add-federated",
  "remove-federated",
  "remind",
  "rename",
  "delete",
  "restore",
  "purge",
  "suspend",
  "resume",
  "suspend-own",
  "resume-own",
  "grant",
  "reject",
  "revoke",
  "suspend-subscription",
  "resume-subscription",
  "block-subscription",
  "unblock-subscription",
  "offboard-subscription",
  "keep-subscription",
] as const;
export type Ask = (typeof asks)[number];

interface AnyKind {
  readonly about: "nothing" | "client" | "own-client" | "registered" | "subscription";
  /** What has to be done to it before. */
  readonly after?: Ask;
  /** Honours `If-Match`. */
  readonly conditional?: true;
}

interface RequestKind extends AnyKind {
  /** `client`: by a token of its own; `registrant`: by its registration access token. */
  readonly by: "customer" | "operator" | "client" | "registrant";
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: (wish: Wish) => string;
  readonly body?: (wish: Wish) => object;
}

/** Nobody asks for it: its time comes. */
interface ClockKind extends AnyKind {
  readonly by: "clock";
}

type AskKind = RequestKind | ClockKind;

/** How long an old secret stays whose retirement is brought forward: some seconds, in which a host may die. */
const RETIRES_AFTER_MS = 3_000;
/** The shortest life that a secret can be given; the campaign's reminder comes so long before its end that it is due at once. */
const LIFETIME_DAYS = 1;
/** `SECRET_REMINDERS` of the campaign, and how long after a secret was made that is, in milliseconds. */
export const REMINDER = "PT23H59M58S";
export const REMINDED_AFTER_MS = 2_000;

/** Whose tokens the campaign's federated credentials take. */
const ISSUER = "https://issuer.example";

const client = ({ clientId }: Wish) => `/clients/${clientId}`;
const named = ({ name }: Wish) => ({ displayName: name });
const because = ({ name }: Wish) => ({ reason: name });
const operatorOn = (path: (wish: Wish) => string) =>
  ({ by: "operator", about: "client", method: "POST", path }) as const;
/** A client that has registered itself, at the address that it was told. */
const itself = {
  by: "registrant",
  about: "registered",
  path: ({ appId }: Wish) => `/register/${appId}`,
} as const;
/** No token says which credential it was bought with: which one it is, the service finds. */
const byItself = {
  by: "client",
  about: "own-client",
  method: "POST",
  path: () => "/self/rotate",
} as const;
const onSubscription = (action: string): RequestKind => ({
  by: "operator",
  about: "subscription",
  method: "POST",
  path: ({ subscription }) => `/admin/subscriptions/${subscription}/${action}`,
});

export const KINDS: Readonly<Record<Ask, AskKind>> = {
  create: {
    ...{ by: "customer", about: "nothing", method: "POST" },
    path: () => "/clients",
    body: (wish) => ({ ...named(wish), ...(wish.roles && { roles: wish.roles }) }),
  },
  // As a tool does that knows no more than RFC 7591.
  register: {
    ...{ by: "customer", about: "nothing", method: "POST" },
    path: () => "/register",
    body: ({ name }) => ({ client_name: name }),
  },
  "read-registered": { ...itself, method: "GET" },
  "rename-registered": {
    ...{ ...itself, method: "PUT" },
    body: ({ name, appId }) => ({ client_id: appId, client_name: name }),
  },
  "delete-registered": { ...itself, method: "DELETE" },
  "add-secret": {
    ...{ by: "customer", about: "client", method: "POST" },
    path: (wish) => `${client(wish)}/secrets`,
    body: (wish) => ({ ...named(wish), lifetimeDays: LIFETIME_DAYS }),
  },
  "remove-secret": {
    ...{ by: "customer", about: "client", method: "DELETE", after: "add-secret" },
    path: (wish) => `${client(wish)}/secrets/${wish.keyId}`,
  },
  // The old one goes when a day is over.
  rotate: {
    ...{ by: "customer", about: "client", method: "POST", after: "add-secret" },
    path: (wish) => `${client(wish)}/secrets/${wish.keyId}/rotate`,
    body: named,
  },
  // It leaked: the old one goes at once.
  "rotate-now": {
    ...{ by: "customer", about: "client", method: "POST", after: "add-secret" },
    path: (wish) => `${client(wish)}/secrets/${wish.keyId}/rotate`,
    body: (wish) => ({ ...named(wish), graceHours: 0 }),
  },
  "rotate-self": { ...byItself, body: named },
  // What a rotation has left for a day later.
  retire: {
    ...{ by: "customer", about: "client", method: "PATCH", after: "rotate" },
    path: (wish) => `${client(wish)}/secrets/${wish.keyId}`,
    body: () => ({ retiresAt: new Date(Date.now() + RETIRES_AFTER_MS).toISOString() }),
  },
  "add-certificate": {
    ...{ by: "customer", about: "client", method: "POST" },
    path: (wish) => `${client(wish)}/certificates`,
    body: (wish) => ({ ...named(wish), certificate: certificateFor(wish) }),
  },
  // The old one goes when a day is over.
  "rotate-certificate": {
    ...{ by: "customer", about: "client", method: "POST", after: "add-certificate" },
    path: (wish) => `${client(wish)}/certificates/${wish.keyId}/rotate`,
    body: (wish) => ({ ...named(wish), certificate: certificateFor(wish) }),
  },
  "rotate-self-certificate": {
    ...{ ...byItself, after: "add-certificate" },
    body: (wish) => ({ ...named(wish), certificate: certificateFor(wish) }),
  },
  "remove-certificate": {
    ...{ by: "customer", about: "client", method: "DELETE", after: "add-certificate" },
    path: (wish) => `${client(wish)}/certificates/${wish.keyId}`,
  },
  "add-federated": {
    ...{ by: "customer", about: "client", method: "POST" },
    path: (wish) => `${client(wish)}/federated-credentials`,
    // A name has no blanks; the subject tells which wish it is.
    body: ({ name }) => ({ name: name.replaceAll(" ", "-"), issuer: ISSUER, subject: name }),
  },
  "remove-federated": {
    ...{ by: "customer", about: "client", method: "DELETE", after: "add-federated" },
    path: (wish) => `${client(wish)}/federated-credentials/${wish.keyId}`,
  },
  // That a secret ends is told on the topic, and to whoever watches its client by mail.
  remind: { by: "clock", about: "client", after: "add-secret" },
  rename: {
    ...{ by: "customer", about: "client", method: "PATCH", conditional: true },
    path: client,
    body: named,
  },
  delete: {
    ...{ by: "customer", about: "client", method: "DELETE", conditional: true },
    path: client,
  },
  restore: {
    ...{ by: "customer", about: "client", method: "POST", after: "delete" },
    path: (wish) => `${client(wish)}/restore`,
  },
  purge: { ...operatorOn((wish) => `/admin${client(wish)}/purge`), after: "delete" },
  "suspend-own": {
    ...{ by: "customer", about: "client", method: "POST" },
    path: (wish) => `${client(wish)}/suspend`,
    body: because,
  },
  "resume-own": {
    ...{ by: "customer", about: "client", method: "POST", after: "suspend-own" },
    path: (wish) => `${client(wish)}/resume`,
  },
  suspend: { ...operatorOn((wish) => `/admin${client(wish)}/suspend`), body: because },
  resume: { ...operatorOn((wish) => `/admin${client(wish)}/resume`), after: "suspend" },
  grant: {
    ...operatorOn(({ clientId }) => `/admin/consents/${clientId}/grant`),
    conditional: true,
  },
  reject: {
    ...operatorOn(({ clientId }) => `/admin/consents/${clientId}/reject`),
    conditional: true,
    body: because,
  },
  revoke: {
    ...operatorOn(({ clientId }) => `/admin/consents/${clientId}/revoke`),
    ...{ conditional: true, after: "grant" },
    body: because,
  },
  "suspend-subscription": { ...onSubscription("suspend"), body: because },
  "resume-subscription": { ...onSubscription("resume"), after: "suspend-subscription" },
  "block-subscription": { ...onSubscription("block"), body: because },
  "unblock-subscription": { ...onSubscription("unblock"), after: "block-subscription" },
  "offboard-subscription": { ...onSubscription("offboard"), body: because },
  // Within the grace, or while its clients are being deleted, or after that.
  "keep-subscription": { ...onSubscription("offboard/cancel"), after: "offboard-subscription" },
};

/** Whether anything is another way afterwards, for which somebody has asked. */
export const isChange = (ask: Ask): boolean => {
  const kind = KINDS[ask];
  return kind.by !== "clock" && kind.method !== "GET";
};

/** Asks that give a client another name, and that delete it, whoever asks. */
export const RENAMING: readonly Ask[] = ["rename", "rename-registered"];
export const DELETING: readonly Ask[] = ["delete", "delete-registered"];

/** Whoever asks: each with the token that the one who may is given. */
export interface Asker {
  readonly api: string;
  tokenOf(
    by: RequestKind["by"],
    wish: Pick<Wish, "subscription" | "clientId">,
  ): Promise<string> | string;
  /** What is due of secrets is done now. */
  care(): Promise<void>;
}

/** Asks for the change; nothing when the connection ended without an answer. */
export async function request(asker: Asker, wish: Wish): Promise<Answer | undefined> {
  const kind = KINDS[wish.ask];
  wish.asked += 1;
  try {
    if (kind.by === "clock") {
      await asker.care();
      return { status: 202, body: undefined };
    }
    const { by, method, path, body } = kind;
    const response = await fetch(`${asker.api}${path(wish)}`, {
      method,
      headers: {
        authorization: `Bearer ${await asker.tokenOf(by, wish)}`,
        ...(body && { "content-type": "application/json" }),
        ...(method === "POST" && { "idempotency-key": wish.key }),
        ...(wish.ifMatch !== undefined && { "if-match": wish.ifMatch }),
      },
      ...(body && { body: JSON.stringify(body(wish)) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The ETag of what the change is about, as a careful caller reads it before. */
export async function etagOf(asker: Asker, wish: Wish): Promise<string> {
  const { by } = KINDS[wish.ask];
  const path = by === "operator" ? `/admin/consents/${wish.clientId}` : client(wish);
  const who = by === "operator" ? by : "customer";
  const response = await fetch(`${asker.api}${path}`, {
    headers: { authorization: `Bearer ${await asker.tokenOf(who, wish)}` },
  });
  await response.body?.cancel();
  return response.headers.get("etag") ?? STALE;
}
