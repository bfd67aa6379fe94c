import { done, type Outcome, refused } from "../../base/outcome.ts";
import { type KindNotAllowed, refusedKind } from "../../clients/credential-rules.ts";
import { withSecret } from "../../clients/known-secrets.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { SecretRefusal } from "../../clients/secret-reasons.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, settled } from "../admission/change.ts";
import { end, leaveTimeToHandOut } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { KeyRefusal } from "../admission/key.ts";
import { eventOf, tell } from "../admission/tell.ts";
import {
  confirm,
  explain,
  type MadeSecret,
  type MakeDeps,
  type NewSecretRequest,
  whatBecameOf,
} from "./new-secret.ts";
import { secretRecordOf } from "./secret-record-of.ts";

export interface AddSecretRequest extends NewSecretRequest {
  readonly displayName: string;
  readonly lifetimeDays: number;
}

const DAY_MS = 86_400_000;

/**
 * Adds a secret to a client. Its value is in the answer and nowhere else, so it is handed out only when everything else is
 * settled: a caller who gets no answer can be sure that no secret was left behind for long.
 *
 * @throws RemoteUnavailable when the answer of the directory was lost; what may have been made is then removed
 */
export async function addSecret(
  deps: MakeDeps,
  request: AddSecretRequest,
): Promise<
  Outcome<MadeSecret, ClientRefusal | SecretRefusal | KindNotAllowed | AccountRefusal | KeyRefusal>
> {
  const refusal = refusedKind(deps.credentialRules, "secret");
  if (refusal) return refused(refusal);
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
    leaveTimeToHandOut();
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
