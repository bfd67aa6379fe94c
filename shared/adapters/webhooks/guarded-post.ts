import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { timeLeftMs } from "../../base/deadline.ts";
import type { Silence, WebhookAnswer, WebhookCaller } from "../../care/webhooks/ports.ts";
import { isPublicAddress } from "../../care/webhooks/public-address.ts";
import {
  type AddressRules,
  isUnguarded,
  literalAddress,
  unfitAddress,
} from "../../care/webhooks/webhook-address.ts";
import { retryAfterSeconds } from "../notify/retry-after.ts";
import { resolveName } from "./resolve-name.ts";

export interface GuardedPostOptions extends AddressRules {
  /** All of a call: name, connection, request and answer. */
  readonly timeoutMs?: number;
  /** Every address of a name. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  /** Whether an address may be called. */
  readonly mayReach?: (address: string) => boolean;
}

const TIMEOUT_MS = 5_000;
/** What is read of an answer's body, and thrown away: a receiver that is cut off while it writes logs a failure. */
const BODY_BYTES = 4_096;
const HEADER_BYTES = 8_192;

/** Why it was given up before anything was asked. */
class Refused extends Error {
  readonly why: Silence;

  constructor(why: Silence) {
    super(why);
    this.why = why;
  }
}

/**
 * Posts to an address that a stranger chose. Its name is asked for once, every address it has is checked, and the connection
 * goes to those very addresses: a name server that changes its mind in between changes nothing. No connection is kept, so none
 * is used again for a name that leads elsewhere by then. Redirects are answers like any other; proxies of the environment are
 * not used.
 */
export function guardedPost(options: GuardedPostOptions): WebhookCaller {
  const { timeoutMs = TIMEOUT_MS, resolve = resolveName, mayReach = isPublicAddress } = options;

  const addressesOf = async (url: URL): Promise<readonly string[]> => {
    const literal = literalAddress(url);
    const all = literal === undefined ? await resolve(url.hostname).catch(() => []) : [literal];
    if (all.length === 0) throw new Refused("name");
    // One of several is enough to say what the name is for.
    if (!all.every(mayReach)) throw new Refused("address");
    return all;
  };

  return {
    post: async ({ url: text, headers, body }): Promise<WebhookAnswer> => {
      const signal = AbortSignal.timeout(Math.ceil(timeLeftMs(timeoutMs)));
      try {
        if (unfitAddress(text, options) !== undefined) throw new Refused("address");
        const url = new URL(text);
        const open = isUnguarded(url, options);
        const addresses = open ? undefined : await inTime(addressesOf(url), signal);
        const response = await send(url, {
          headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
          body,
          signal,
          ...(addresses && { addresses, mayReach }),
        });
        const answer = answerOf(response);
        await drain(response, signal);
        return answer;
      } catch (error) {
        return { kind: "silent", why: whyOf(error, signal) };
      }
    },
  };
}

interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Where to connect, and nowhere else; left out, wherever the name leads. */
  readonly addresses?: readonly string[];
  readonly mayReach?: (address: string) => boolean;
}

function send(url: URL, { body, addresses, mayReach, ...rest }: Sending): Promise<IncomingMessage> {
  const request: ClientRequest = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
    ...rest,
    method: "POST",
    agent: false,
    maxHeaderSize: HEADER_BYTES,
    ...(addresses && { lookup: always(addresses) }),
  });
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", resolve);
    // An answer that would go over to another protocol ends the request without a response and without an error.
    request.on("close", () => reject(new Refused("connection")));
    // The rule above holds by construction; this holds whatever becomes of the construction.
    request.on("socket", (socket) =>
      socket.on("connect", () => {
        const { remoteAddress = "" } = socket;
        if (mayReach && !mayReach(remoteAddress)) request.destroy(new Refused("address"));
      }),
    );
    request.end(body);
  });
}

/** A lookup that asks nobody. */
const always =
  (addresses: readonly string[]): LookupFunction =>
  (_name, { all }, found) => {
    const known = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    const [first] = known;
    if (all || !first) found(null, known);
    else found(null, first.address, first.family);
  };

function answerOf({ statusCode = 0, headers }: IncomingMessage): WebhookAnswer {
  const pause = retryAfterSeconds(headers["retry-after"]);
  return {
    kind: "answered",
    status: statusCode,
    ...(pause !== undefined && { retryAfterSeconds: pause }),
  };
}

/** Never fails: the answer is known by its status. */
async function drain(response: IncomingMessage, signal: AbortSignal): Promise<void> {
  let bytes = 0;
  const over = () => response.destroy();
  signal.addEventListener("abort", over, { once: true });
  try {
    for await (const chunk of response) {
      bytes += Buffer.byteLength(chunk);
      if (bytes >= BODY_BYTES) break;
    }
  } catch {
    // Cut off: by them or by us.
  } finally {
    signal.removeEventListener("abort", over);
    response.destroy();
  }
}

function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Refused("time")), { once: true });
    work.then(resolve, reject);
  });
}

function whyOf(error: unknown, signal: AbortSignal): Silence {
  if (error instanceof Refused) return error.why;
  if (signal.aborted) return "time";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_|HOSTNAME/.test(code) ? "certificate" : "connection";
}
