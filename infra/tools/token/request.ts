import * as z from "zod";
import { reach } from "../reach.ts";

/** Step 3 of Microsoft's how-to: one client-credentials request, as a customer's program makes it. */

export interface TokenPlace {
  readonly endpoint: string;
  readonly clientId: string;
  readonly scope: string;
}

export interface TokenQuestion extends TokenPlace {
  readonly secret: string;
}

export type TokenAnswer =
  | { readonly ok: true; readonly accessToken: string; readonly expiresInSeconds: number }
  | {
      readonly ok: false;
      readonly status: number;
      /** `AADB2C90081` or `AADSTS7000215`; the OAuth error where the answer has no code. */
      readonly code: string;
      readonly description: string;
      readonly retryAfterSeconds?: number;
    };

const Token = z.object({ access_token: z.string(), expires_in: z.coerce.number() });
const Refusal = z.object({ error: z.string(), error_description: z.string().default("") });
const TIMEOUT_MS = 20_000;

/** @throws when the endpoint cannot be reached, or a secret would travel in the clear to another machine. */
export const requestToken = ({ secret, ...place }: TokenQuestion): Promise<TokenAnswer> =>
  requestTokenWith(place, { client_secret: secret });

/**
 * The same with any proof of who the client is.
 *
 * @param proof fields of the form: `client_secret`, or `client_assertion` with its type (RFC 7523)
 * @throws as above
 */
export async function requestTokenWith(
  { endpoint, clientId, scope }: TokenPlace,
  proof: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const { protocol, hostname } = new URL(endpoint);
  if (protocol !== "https:" && !["127.0.0.1", "localhost"].includes(hostname)) {
    throw new Error(`${endpoint} is not https: no secret is sent there.`);
  }
  const response = await reach(endpoint, TIMEOUT_MS, {
    method: "POST",
    redirect: "error",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      scope,
      ...proof,
    }),
  });
  const text = await response.text();
  const body = jsonOf(text);
  const token = Token.safeParse(body);
  if (response.ok && token.success) {
    const { access_token: accessToken, expires_in: expiresInSeconds } = token.data;
    return { ok: true, accessToken, expiresInSeconds };
  }
  const refusal = Refusal.safeParse(body);
  const description = refusal.data?.error_description ?? text.slice(0, 200);
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return {
    ok: false,
    status: response.status,
    code: /\b(AADB2C\d+|AADSTS\d+)\b/.exec(description)?.[1] ?? refusal.data?.error ?? "",
    description: description.split(/\r?\n| Trace ID:/)[0] ?? "",
    ...(Number.isFinite(seconds) && { retryAfterSeconds: seconds }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
