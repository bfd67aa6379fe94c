import { done, type Outcome, refused } from "../../shared/base/outcome.ts";
import type { ClientRecords } from "../../shared/clients/ports.ts";
import { opens, readRegistrationToken } from "../../shared/clients/registration-token.ts";
import { type AuthenticationRefusal, bearerOf } from "./authenticate.ts";
import type { Registrant } from "./caller.ts";
import type { RequestRefusal } from "./refusal.ts";
import type { RequestRate } from "./request-rate.ts";

export interface RegistrationDeps {
  readonly records: Pick<ClientRecords, "client">;
  /**
   * Of requests that claim to be of one subscription: whoever has no token can use up this, and nothing of what the subscription's
   * own callers have.
   */
  readonly rate: RequestRate;
}

/**
 * Who manages a registration (RFC 7592, section 2). A token that opens nothing, one of another client and one of a client that has
 * gone are answered alike, after the same one read; what is no token at all costs none.
 *
 * @param appId the OAuth client_id that was asked for
 */
export async function authenticateRegistration(
  { records, rate }: RegistrationDeps,
  authorization: string | null,
  appId: string | undefined,
): Promise<Outcome<Registrant, AuthenticationRefusal | RequestRefusal>> {
  const { token, presented } = bearerOf(authorization);
  const unknown = refused({ reason: "unauthenticated" as const, presented });
  const claimed = token === undefined ? undefined : readRegistrationToken(token);
  if (token === undefined || !claimed) return unknown;
  const { subscription, clientId } = claimed;
  const { admitted, limit, resetSeconds } = rate.take(subscription, 1);
  if (!admitted)
    return refused({ reason: "too-many-requests", limit, retryAfterSeconds: resetSeconds });
  const record = (await records.client(subscription, clientId))?.record;
  if (!opens(claimed, record, appId?.toLowerCase() ?? "")) return unknown;
  const actor = { kind: "client", subject: record.appId } as const;
  return done({ kind: "registrant", subscription, client: record, token, actor });
}
