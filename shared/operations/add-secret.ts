import { done, type Outcome, refused } from "../base/outcome.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import type { Expected } from "../clients/ports.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import { type NewSecret, PERSONAL_AUDIENCE_MAX_SECRETS } from "../clients/secret.ts";
import type { SecretDirectory } from "../clients/secret-directory.ts";
import type { SecretRefusal } from "../clients/secret-reasons.ts";
import { announce } from "../events/announce.ts";
import type { AccountRefusal } from "./account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest } from "./begin-change.ts";
import type { IdempotencyRefusal, IdempotentRequest } from "./idempotency.ts";
import { answerRepeatedAdd } from "./repeated-add.ts";

export interface AddSecretDeps extends ChangeDeps {
  readonly directory: ChangeDeps["directory"] & SecretDirectory;
}

export interface AddSecretRequest extends ChangeRequest {
  readonly displayName: string;
  readonly lifetimeDays: number;
  readonly idempotency?: IdempotentRequest;
}

const DAY_MS = 86_400_000;

/**
 * Adds a secret to a client. Its value is in the answer and nowhere else, so it is handed out only when everything else is
 * settled: a caller who gets no answer can be sure that no secret was left behind for long.
 *
 * @throws RemoteUnavailable when the answer of the directory was lost; the reconciler removes what may have been made
 */
export async function addSecret(
  deps: AddSecretDeps,
  request: AddSecretRequest,
): Promise<
  Outcome<NewSecret, ClientRefusal | SecretRefusal | AccountRefusal | IdempotencyRefusal>
> {
  const { subscription, clientId, displayName } = request;
  const createdAt = deps.runtime.now();
  const expiresAt = new Date(createdAt.getTime() + request.lifetimeDays * DAY_MS);
  const { idempotency } = request;
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
    idempotency && {
      request: idempotency,
      answer: (key) => answerRepeatedAdd(deps, key, clientId, idempotency),
    },
  );
  if (!begun.ok) return begun;
  const { held, key, waited, expected, giveUp, attempt } = begun.value;

  const added = await attempt(() =>
    deps.directory.addSecret(clientId, { displayName, createdAt, expiresAt }, expected),
  );
  if (typeof added === "string") {
    const refusal = await explain(deps, added, clientId, expected);
    await giveUp();
    return refused(refusal);
  }
  if (waited) await confirm(deps, clientId, added, expected);

  await Promise.all([
    key && deps.idempotency.finish(key, { clientId, keyId: added.keyId }),
    announce(deps, {
      id: `${held.entry.operationId}:secret.created`,
      type: "secret.created",
      time: createdAt.toISOString(),
      clientId,
      subscription,
      data: { keyId: added.keyId, displayName, expiresAt: added.expiresAt.toISOString() },
    }),
  ]);
  // Whoever has taken the entry over removes the secret: then it must not be handed out.
  if (!(await deps.journal.close(held)))
    throw new RemoteUnavailable("records", { executed: "unknown" });
  return done(added);
}

/** The directory has been seen to lose a credential added right after another one; then it must be looked for. */
async function confirm(
  deps: AddSecretDeps,
  clientId: string,
  added: NewSecret,
  expected: Expected,
): Promise<void> {
  const secrets = await deps.directory.secretsOf(clientId, expected);
  if (secrets?.some(({ keyId }) => keyId === added.keyId)) return;
  throw new RemoteUnavailable("directory", { executed: "unknown" });
}

async function explain(
  deps: AddSecretDeps,
  answer: "limit-reached" | "lifetime-forbidden" | "type-forbidden" | "not-found",
  clientId: string,
  expected: Expected,
): Promise<SecretRefusal | ClientRefusal> {
  switch (answer) {
    case "not-found":
      return { reason: "not-found" };
    case "lifetime-forbidden":
      return { reason: "secret-forbidden-by-policy", policy: "lifetime" };
    case "type-forbidden":
      return { reason: "secret-forbidden-by-policy", policy: "type" };
    case "limit-reached": {
      const secrets = [...((await deps.directory.secretsOf(clientId, expected)) ?? [])];
      secrets.sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
      return {
        reason: "secret-limit-reached",
        limit: secrets.length || PERSONAL_AUDIENCE_MAX_SECRETS,
        secrets,
      };
    }
  }
}
