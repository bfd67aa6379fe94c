import * as z from "zod";
import type { TokenEndpoint, TriedOut } from "../../clients/token-endpoint.ts";
import { retryAfterMs } from "../directory/retry-after.ts";
import { textOf } from "./text-of.ts";

/** What customers are told to call. */
export interface TokenAddress {
  readonly tokenEndpoint: string;
  readonly resourceScope: string;
}

const Token = z.object({ access_token: z.string().min(1) });
const Refusal = z.object({ error: z.string(), error_codes: z.array(z.number()).default([]) });

/**
 * The client has proven who it is and waits for its consent: `AADSTS501051`, it has no role in an API that demands one;
 * `AADSTS7000229`, it has no service principal, which the consent makes. (Entra's list of error codes, docs/directory.md.)
 */
const NO_ROLE_YET: readonly number[] = [501051, 7000229];
/** An answer is a few kilobytes; whoever sends more is no token endpoint. */
const MAX_ANSWER_BYTES = 65_536;

const UNSAID: TriedOut = { kind: "unsaid" };

/**
 * The `TokenEndpoint` port on the address that customers call, Entra's or a policy's: both answer in the words of OAuth 2.0. The
 * secret goes to that address and, redirects being refused, to no other; of what fails nothing is kept that could quote it.
 */
export const tokenEndpoint = ({
  tokenEndpoint: url,
  resourceScope,
}: TokenAddress): TokenEndpoint => ({
  tryOut: async ({ appId, secretText }, atMostMs) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        redirect: "error",
        signal: AbortSignal.timeout(Math.max(1, Math.ceil(atMostMs))),
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: appId,
          client_secret: secretText,
          scope: resourceScope,
        }),
      });
      return judge(response, await textOf(response, MAX_ANSWER_BYTES));
    } catch {
      return UNSAID;
    }
  },
});

function judge({ status, ok, headers }: Response, text: string | undefined): TriedOut {
  const body = jsonOf(text);
  if (ok) return Token.safeParse(body).success ? { kind: "accepted" } : UNSAID;
  if (status === 429 || status >= 500) {
    const waitMs = retryAfterMs(headers.get("retry-after"), new Date());
    return waitMs === undefined
      ? UNSAID
      : { kind: "unsaid", retryAfterSeconds: Math.ceil(waitMs / 1_000) };
  }
  const refusal = Refusal.safeParse(body);
  if (!refusal.success) return UNSAID;
  return {
    kind: refusal.data.error_codes.some((code) => NO_ROLE_YET.includes(code))
      ? "accepted"
      : "refused",
  };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
