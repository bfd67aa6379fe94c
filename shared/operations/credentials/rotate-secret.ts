import { done, type Outcome, refused } from "../../base/outcome.ts";
import { type KindNotAllowed, refusedKind } from "../../clients/credential-rules.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { SecretRefusal } from "../../clients/secret-reasons.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange } from "../admission/change.ts";
import type { KeyRefusal } from "../admission/key.ts";
import { findSecret, unlessGone } from "./find-secret.ts";
import { earlierOf } from "./move-retirement.ts";
import {
  type MadeSecret,
  type MakeDeps,
  type NewSecretRequest,
  whatBecameOf,
} from "./new-secret.ts";
import { replaceSecret } from "./replace-secret.ts";

export interface RotateSecretRequest extends NewSecretRequest {
  /** The secret to be replaced. */
  readonly keyId: string;
  /** That of the one that is replaced, if it is left out. */
  readonly displayName?: string | undefined;
  readonly lifetimeDays: number;
  /** How long the old one goes on working beside the new one; 0 removes it at once. */
  readonly graceHours: number;
  /** The secret that goes first where the client has no room for another. */
  readonly replaces?: string | undefined;
}

export interface RotatedSecret extends MadeSecret {
  readonly replaced: {
    readonly keyId: string;
    readonly displayName: string;
    readonly expiresAt: Date;
    /** No later than now where it has gone. */
    readonly retiresAt: Date;
  };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * A new secret in the place of another one, which goes when the grace is over and never outlives its own end. Two writes of the
 * directory at most, and the new one is always there before the old one goes. As with every secret the value is in the answer
 * only; whoever gets none can be sure that the new one is not left behind for long, and that the old one works on.
 *
 * @throws RemoteUnavailable when an answer of the directory was lost; what may have been made is then removed
 */
export async function rotateSecret(
  deps: MakeDeps,
  request: RotateSecretRequest,
): Promise<
  Outcome<
    RotatedSecret,
    ClientRefusal | SecretRefusal | KindNotAllowed | AccountRefusal | KeyRefusal
  >
> {
  const refusal = refusedKind(deps.credentialRules, "secret", "replacement");
  if (refusal) return refused(refusal);
  const { clientId, idempotency, replaces } = request;
  const createdAt = deps.runtime.now();
  const found = await findSecret(deps, request);
  if (!found.ok) return (await asBefore(deps, request)) ?? found;
  const old = found.value.record;
  const { keyId } = old;
  const graceEnds = new Date(createdAt.getTime() + request.graceHours * HOUR_MS);
  const retiresAt = earlierOf(graceEnds, old.expiresAt);
  const displayName = request.displayName ?? old.displayName;
  const expiresAt = new Date(createdAt.getTime() + request.lifetimeDays * DAY_MS);
  const { forbids, isGone } = unlessGone(keyId);
  const begun = await beginChange(
    deps,
    { ...request, forbids },
    {
      kind: "rotate-secret",
      clientId,
      displayName,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      keyId,
      retiresAt: retiresAt.toISOString(),
      replaces,
      keyHash: idempotency?.keyHash,
    },
    idempotency,
  );
  if (begun.state === "refused" && isGone())
    return (await asBefore(deps, request)) ?? refused({ reason: "secret-not-found" });
  if (begun.state === "refused") return refused(begun.refusal);
  if (begun.state === "known") return refused(await whatBecameOf(deps, begun.key, request));
  const { change } = begun;
  const made = await replaceSecret(deps, change, found.value);
  if (!made.ok) return made;
  change.forget();
  const { appId } = change.client.record;
  const { displayName: name, expiresAt: ends } = old;
  const replaced = { keyId, displayName: name, expiresAt: ends, retiresAt };
  return done({ ...made.value, appId, replaced });
}

/** A secret that is not there may have gone by this very request. */
export async function asBefore(deps: MakeDeps, request: NewSecretRequest) {
  const { subscription, idempotency } = request;
  const key = idempotency && (await deps.operations.key(subscription, idempotency.keyHash));
  if (!key || key.key.expiresAt <= deps.runtime.now()) return undefined;
  return refused(await whatBecameOf(deps, key, request));
}
