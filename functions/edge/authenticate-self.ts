import { done, type Outcome, refused } from "../../shared/base/outcome.ts";
import type { ClientRecord } from "../../shared/clients/client.ts";
import type { ClientRefusal } from "../../shared/clients/reasons.ts";
import { type AuthenticationRefusal, claimsOf } from "./authenticate.ts";
import type { SelfClient } from "./caller.ts";
import type { RequestRefusal } from "./refusal.ts";
import type { RequestRate } from "./request-rate.ts";
import { rotatingClient } from "./token-rules.ts";

export interface SelfDeps {
  /** Claims of a token that is valid for the service's own API, or nothing; there is no such API where it is left out. */
  readonly clientToken?:
    | ((token: string) => Promise<Readonly<Record<string, unknown>> | undefined>)
    | undefined;
  /** The client with this client id, if it may call for itself now. */
  readonly selfClient: (appId: string) => Promise<ClientRecord | undefined>;
  /** Of each client, before it is known whose it is. */
  readonly rate: RequestRate;
}

/**
 * A customer's client, by a token of its own. Its record has to be read to know whose it is: what that costs is counted on the client
 * before, as its requests are on its subscription after.
 */
export async function authenticateSelf(
  deps: SelfDeps,
  authorization: string | null,
): Promise<Outcome<SelfClient, AuthenticationRefusal | ClientRefusal | RequestRefusal>> {
  const verified = await claimsOf(deps.clientToken ?? (async () => undefined), authorization);
  if (!verified.ok) return verified;
  const named = rotatingClient(verified.value);
  if (!named.ok) return named;
  const { appId, issuer } = named.value;
  const { admitted, limit, resetSeconds } = deps.rate.take(appId, 1);
  if (!admitted)
    return refused({ reason: "too-many-requests", limit, retryAfterSeconds: resetSeconds });
  const record = await deps.selfClient(appId);
  if (!record) return refused({ reason: "not-found" });
  const { id: clientId, subscription } = record;
  const actor = {
    kind: "client",
    ...(issuer !== undefined && { issuer }),
    subject: appId,
  } as const;
  return done({ kind: "client", subscription, clientId, actor });
}
