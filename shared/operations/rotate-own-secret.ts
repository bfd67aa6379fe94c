import { refused } from "../base/outcome.ts";
import type { ClientRecord } from "../clients/client.ts";
import { expectedClient } from "../clients/expected-client.ts";
import { isLeaving } from "../clients/known-secrets.ts";
import type { Secret } from "../clients/secret.ts";
import type { MakeDeps } from "./new-secret.ts";
import { type RotateSecretRequest, rotateSecret } from "./rotate-secret.ts";

type OwnRequest = Omit<RotateSecretRequest, "keyId"> & {
  /** Left out: `nextToRotate` says which. */
  readonly keyId?: string | undefined;
};

/**
 * A client's rotation of one of its own secrets. Where it names none it costs a look at the directory more: no token says which secret
 * it was asked for with.
 *
 * @throws RemoteUnavailable as `rotateSecret`
 */
export async function rotateOwnSecret(
  deps: MakeDeps,
  request: OwnRequest,
): ReturnType<typeof rotateSecret> {
  const keyId = request.keyId ?? (await keyIdOf(deps, request));
  if (keyId === undefined) return refused({ reason: "secret-not-found" });
  return rotateSecret(deps, { ...request, keyId });
}

async function keyIdOf(
  { records, directory, runtime }: MakeDeps,
  { subscription, clientId }: OwnRequest,
): Promise<string | undefined> {
  const owned = await records.client(subscription, clientId);
  if (!owned) return undefined;
  const live = await directory.secretsOf(clientId, expectedClient(records, owned.record));
  return nextToRotate(live ?? [], owned.record, runtime.now())?.keyId;
}

/** Of the secrets that work now and are not on their way out, the one that ends first; of two that end at once, the older. */
export const nextToRotate = (
  secrets: readonly Secret[],
  record: ClientRecord,
  now: Date,
): Secret | undefined =>
  secrets
    .filter(({ keyId, expiresAt }) => expiresAt > now && !isLeaving(record, keyId))
    .toSorted(
      (a, b) =>
        a.expiresAt.getTime() - b.expiresAt.getTime() ||
        a.createdAt.getTime() - b.createdAt.getTime() ||
        a.keyId.localeCompare(b.keyId),
    )[0];
