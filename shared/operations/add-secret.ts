import { done, type Outcome, refused } from "../base/outcome.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import { withSecret } from "../clients/known-secrets.ts";
import type { DirectoryRefusal, Expected } from "../clients/ports.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import { type NewSecret, PERSONAL_AUDIENCE_MAX_SECRETS } from "../clients/secret.ts";
import type { SecretRefusal } from "../clients/secret-reasons.ts";
import type { AccountRefusal } from "./account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest, settled } from "./change.ts";
import { end } from "./end.ts";
import { afterTheChange } from "./executed.ts";
import type { IdempotentRequest, KeyRefusal, VersionedKey } from "./key.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { secretRecordOf } from "./secret-record-of.ts";
import { eventOf, tell } from "./tell.ts";

export interface AddSecretRequest extends ChangeRequest {
  readonly displayName: string;
  readonly lifetimeDays: number;
  readonly idempotency?: IdempotentRequest;
}

export interface MadeSecret extends NewSecret {
  /** The OAuth client_id that it belongs to. */
  readonly appId: string;
}

const DAY_MS = 86_400_000;

/**
 * Adds a secret to a client. Its value is in the answer and nowhere else, so it is handed out only when everything else is
 * settled: a caller who gets no answer can be sure that no secret was left behind for long.
 *
 * @throws RemoteUnavailable when the answer of the directory was lost; what may have been made is then removed
 */
export async function addSecret(
  deps: ChangeDeps,
  request: AddSecretRequest,
): Promise<Outcome<MadeSecret, ClientRefusal | SecretRefusal | AccountRefusal | KeyRefusal>> {
  const { clientId, displayName, idempotency } = request;
  const createdAt = deps.runtime.now();
  const expiresAt = new Date(createdAt.getTime() + request.lifetimeDays * DAY_MS);
  const begun = await beginChange(
    deps,
    request,
    {
      kind: "add-secret",
      clientId,
      displayName,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      keyHash: idempotency?.keyHash,
    },
    idempotency,
  );
  if (begun.state === "refused") return refused(begun.refusal);
  if (begun.state === "known") return refused(await whatBecameOf(deps, begun.key, request));
  const { change } = begun;
  const secret = { displayName, createdAt, expiresAt };
  const answer = await deps.directory.addSecret(clientId, secret, change.expected);
  const added = await settled(deps, change, answer, (refusal) =>
    explain(deps, refusal, clientId, change.expected),
  );
  if (!added.ok) return added;
  const { keyId } = added.value;
  await afterTheChange(async () => {
    if (change.waited) await confirm(deps, clientId, keyId, change.expected);
    const data = { keyId, displayName, expiresAt: added.value.expiresAt.toISOString() };
    const about = { clientId, at: createdAt, data };
    await tell(deps, eventOf(change.held.entry, "secret.created", about));
    // Whoever has taken the operation over removes the secret: then this throws, and it is not handed out.
    await end(deps, change.held, {
      came: { outcome: "done", credentialId: keyId },
      changed: {
        from: change.client,
        next: (record) => withSecret(record, added.value, createdAt),
      },
      secrets: [{ now: "made", record: secretRecordOf(change.held.entry, clientId, added.value) }],
      ...(change.key && { key: { key: change.key, result: { clientId, keyId } } }),
    });
  });
  change.forget();
  return done({ ...added.value, appId: change.client.record.appId });
}

/** The directory has been seen to lose a credential added right after another one; then it must be looked for. */
async function confirm(
  { directory }: ChangeDeps,
  clientId: string,
  keyId: string,
  expected: Expected,
): Promise<void> {
  const secrets = await directory.secretsOf(clientId, expected);
  if (secrets?.some((secret) => secret.keyId === keyId)) return;
  throw new RemoteUnavailable("directory", { executed: "unknown" });
}

async function explain(
  { directory }: ChangeDeps,
  refusal: DirectoryRefusal,
  clientId: string,
  expected: Expected,
): Promise<SecretRefusal | ClientRefusal | undefined> {
  switch (refusal.reason) {
    case "absent":
      return { reason: "not-found" };
    case "forbidden-by-policy":
      return refusal.policy === "audience"
        ? undefined
        : { reason: "secret-forbidden-by-policy", policy: refusal.policy };
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

/**
 * A secret asked for again under the same key. The value was in the first answer only, so there is none to give: the caller
 * learns which secret it was, removes it if its value never arrived, and asks with a new key.
 *
 * An attempt that nobody works on any more leaves no secret behind, and its key is free once it has ended.
 */
async function whatBecameOf(
  { operations, runtime, reconcileAfterMs, settle }: ChangeDeps,
  { key }: VersionedKey,
  { subscription, clientId, idempotency }: AddSecretRequest,
): Promise<KeyRefusal> {
  if (key.fingerprint !== idempotency?.fingerprint) return { reason: "idempotency-key-reused" };
  if (key.result?.keyId)
    return { reason: "secret-value-already-returned", keyId: key.result.keyId };
  const ageMs = runtime.now().getTime() - key.startedAt.getTime();
  const held = ageMs >= reconcileAfterMs && (await operations.underWay(subscription, clientId));
  if (held && held.entry.operationId === key.operationId) await settle(held);
  return {
    reason: "request-in-progress",
    retryAfterSeconds: retryAfterSeconds(ageMs, reconcileAfterMs),
  };
}
