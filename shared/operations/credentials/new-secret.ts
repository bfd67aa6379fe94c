import { RemoteUnavailable } from "../../base/unavailable.ts";
import {
  type CredentialRules,
  forbiddenKind,
  type KindNotAllowed,
} from "../../clients/credential-rules.ts";
import type { DirectoryRefusal, Expected } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import { type NewSecret, PERSONAL_AUDIENCE_MAX_SECRETS } from "../../clients/secret.ts";
import type { SecretRefusal } from "../../clients/secret-reasons.ts";
import type { ChangeDeps, ChangeRequest } from "../admission/change.ts";
import { whileInProgress } from "../admission/in-progress.ts";
import type { IdempotentRequest, KeyRefusal, VersionedKey } from "../admission/key.ts";

/** What adding a secret and rotating one have in common: a value that exists in one answer and nowhere else. */

/** What every operation that makes a credential works with. */
export interface MakeDeps extends ChangeDeps {
  readonly credentialRules: CredentialRules;
}

export interface NewSecretRequest extends ChangeRequest {
  readonly idempotency?: IdempotentRequest;
}

export interface MadeSecret extends NewSecret {
  /** The OAuth client_id that it belongs to. */
  readonly appId: string;
}

/** The directory has been seen to lose a credential added right after another one; then it must be looked for. */
export async function confirm(
  { directory }: ChangeDeps,
  clientId: string,
  keyId: string,
  expected: Expected,
): Promise<void> {
  const secrets = await directory.secretsOf(clientId, expected);
  if (secrets?.some((secret) => secret.keyId === keyId)) return;
  throw new RemoteUnavailable("directory", { executed: "unknown" });
}

export async function explain(
  { directory, credentialRules }: ChangeDeps,
  refusal: DirectoryRefusal,
  clientId: string,
  expected: Expected,
): Promise<SecretRefusal | ClientRefusal | KindNotAllowed | undefined> {
  switch (refusal.reason) {
    case "absent":
      return { reason: "not-found" };
    case "forbidden-by-policy":
      return ofSecretPolicy(credentialRules, refusal);
    case "secrets-full": {
      const secrets = [...((await directory.secretsOf(clientId, expected)) ?? [])];
      secrets.sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
      const limit = secrets.length || PERSONAL_AUDIENCE_MAX_SECRETS;
      return { reason: "secret-limit-reached", limit, secrets };
    }
    default:
      return undefined;
  }
}

/** What the caller is told of a policy that forbids the secret; nothing of one that is about something else. */
export function ofSecretPolicy(
  rules: CredentialRules,
  { policy, longestDays }: Extract<DirectoryRefusal, { reason: "forbidden-by-policy" }>,
): SecretRefusal | KindNotAllowed | undefined {
  if (policy === "audience") return undefined;
  if (policy === "type") return forbiddenKind(rules, "secret");
  return {
    reason: "secret-forbidden-by-policy",
    ...(longestDays !== undefined && { longestDays }),
  };
}

/**
 * A secret asked for again under the same key. The value was in the first answer only, so there is none to give: the caller
 * learns which secret it was, removes it if its value never arrived, and asks with a new key.
 *
 * An attempt that nobody works on any more leaves no secret behind, and its key is free once it has ended.
 */
export async function whatBecameOf(
  deps: ChangeDeps,
  { key }: VersionedKey,
  request: NewSecretRequest,
): Promise<KeyRefusal> {
  if (key.fingerprint !== request.idempotency?.fingerprint)
    return { reason: "idempotency-key-reused" };
  if (key.result?.keyId)
    return { reason: "secret-value-already-returned", keyId: key.result.keyId };
  return whileInProgress(deps, key, request);
}
