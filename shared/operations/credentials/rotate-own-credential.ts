import { refused } from "../../base/outcome.ts";
import type { ClientRecord } from "../../clients/client.ts";
import { type EndingCredential, type EndingKind, kindOf } from "../../clients/credential.ts";
import { refusedKind } from "../../clients/credential-rules.ts";
import { expectedClient } from "../../clients/expected-client.ts";
import { isLeaving } from "../../clients/known-secrets.ts";
import type { MakeDeps } from "./new-secret.ts";
import {
  knownBefore,
  type RotateCertificateRequest,
  rotateCertificate,
} from "./rotate-certificate.ts";
import { asBefore, type RotateSecretRequest, rotateSecret } from "./rotate-secret.ts";

/** A client's rotation of one of its own credentials. */
type Own<Request> = Omit<Request, "keyId"> & {
  /** Left out: `nextToRotate` says which. */
  readonly keyId?: string | undefined;
};

/**
 * Where the client names none it costs a look at the directory more: no token says which secret it was asked for with.
 *
 * @throws RemoteUnavailable as `rotateSecret`
 */
export async function rotateOwnSecret(
  deps: MakeDeps,
  request: Own<RotateSecretRequest>,
): ReturnType<typeof rotateSecret> {
  const keyId = request.keyId ?? (await keyIdOf(deps, request, "secret"));
  // The first request under this key may have left none to rotate.
  if (keyId === undefined)
    return (await asBefore(deps, request)) ?? refused({ reason: "secret-not-found" });
  return rotateSecret(deps, { ...request, keyId });
}

/**
 * The same for a certificate, which the client has made itself.
 *
 * @throws RemoteUnavailable as `rotateCertificate`
 */
export async function rotateOwnCertificate(
  deps: MakeDeps,
  request: Own<RotateCertificateRequest>,
): ReturnType<typeof rotateCertificate> {
  const refusal = refusedKind(deps.credentialRules, "certificate", "replacement");
  if (refusal) return refused(refusal);
  const keyId = request.keyId ?? (await keyIdOf(deps, request, "certificate"));
  if (keyId === undefined)
    return (await knownBefore(deps, request)) ?? refused({ reason: "certificate-not-found" });
  return rotateCertificate(deps, { ...request, keyId });
}

async function keyIdOf(
  { records, directory, runtime }: MakeDeps,
  { subscription, clientId }: Own<RotateSecretRequest | RotateCertificateRequest>,
  kind: EndingKind,
): Promise<string | undefined> {
  const owned = await records.client(subscription, clientId);
  if (!owned) return undefined;
  const live = await directory.endingOf(clientId, expectedClient(records, owned.record));
  const ofKind = (live ?? []).filter((credential) => kindOf(credential) === kind);
  return nextToRotate(ofKind, owned.record, runtime.now())?.keyId;
}

/** Of the credentials that work now and are not on their way out, the one that ends first; of two that end at once, the older. */
export const nextToRotate = (
  credentials: readonly EndingCredential[],
  record: ClientRecord,
  now: Date,
): EndingCredential | undefined =>
  credentials
    .filter(({ keyId, expiresAt }) => expiresAt > now && !isLeaving(record, keyId))
    .toSorted(
      (a, b) =>
        a.expiresAt.getTime() - b.expiresAt.getTime() ||
        a.createdAt.getTime() - b.createdAt.getTime() ||
        a.keyId.localeCompare(b.keyId),
    )[0];
