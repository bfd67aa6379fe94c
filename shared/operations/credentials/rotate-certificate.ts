import { done, type Outcome, refused } from "../../base/outcome.ts";
import { type KindNotAllowed, refusedKind } from "../../clients/credential-rules.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { CertificateRefusal, CredentialMissing } from "../../clients/secret-reasons.ts";
import type { SecretRecord } from "../../clients/secret-record.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type ChangeDeps } from "../admission/change.ts";
import type { KeyRefusal, VersionedKey } from "../admission/key.ts";
import {
  asBefore,
  type CertificateOutcome,
  type CertificateRequest,
  cellsOf,
  toRegister,
} from "./add-certificate.ts";
import { findSecret, unlessGone } from "./find-secret.ts";
import { earlierOf } from "./move-retirement.ts";
import type { MakeDeps } from "./new-secret.ts";
import { register } from "./register-certificate.ts";

export interface RotateCertificateRequest extends Omit<CertificateRequest, "displayName"> {
  /** The certificate to be replaced. */
  readonly keyId: string;
  /** That of the one that is replaced, if it is left out. */
  readonly displayName?: string | undefined;
  /** How long the old one goes on working beside the new one; 0 removes it with the same write. */
  readonly graceHours: number;
}

export interface RotatedCertificate {
  readonly made: SecretRecord;
  /** Absent in an answer that is given again when it has gone. */
  readonly replaced?: Pick<SecretRecord, "keyId" | "displayName" | "expiresAt" | "retiresAt">;
}

type Refusal = ClientRefusal | CertificateRefusal | KindNotAllowed | AccountRefusal | KeyRefusal;

const HOUR_MS = 3_600_000;

/** A new certificate in the place of another one, which goes when the grace is over and never outlives its own end. */
export async function rotateCertificate(
  deps: MakeDeps,
  request: RotateCertificateRequest,
): Promise<Outcome<RotatedCertificate, Refusal>> {
  const refusal = refusedKind(deps.credentialRules, "certificate", "replacement");
  if (refusal) return refused(refusal);
  const { clientId, idempotency } = request;
  const found = await findSecret(deps, { ...request, kind: "certificate" });
  if (!found.ok)
    return (await knownBefore(deps, request)) ?? refused<Refusal>(asCertificate(found.refusal));
  const old = found.value.record;
  const { keyId, displayName, expiresAt } = old;
  const named = { ...request, displayName: request.displayName ?? displayName };
  const certificate = toRegister(deps, named);
  const { createdAt } = certificate;
  const retiresAt = earlierOf(
    new Date(createdAt.getTime() + request.graceHours * HOUR_MS),
    expiresAt,
  );
  const { forbids, isGone } = unlessGone(keyId);
  const begun = await beginChange(
    deps,
    { ...request, forbids },
    {
      kind: "rotate-certificate",
      ...cellsOf({ clientId }, certificate),
      keyId,
      retiresAt: retiresAt.toISOString(),
      keyHash: idempotency?.keyHash,
    },
    idempotency,
  );
  if (begun.state === "refused" && isGone())
    return (await knownBefore(deps, request)) ?? refused({ reason: "certificate-not-found" });
  if (begun.state === "refused") return refused(begun.refusal);
  if (begun.state === "known")
    return again(deps, request, begun.key, await asBefore(deps, begun.key, named));
  const made = await register(deps, begun.change, certificate, found.value);
  if (!made.ok) return made;
  return done({ made: made.value, replaced: { keyId, displayName, expiresAt, retiresAt } });
}

type AskedAgain = Omit<RotateCertificateRequest, "keyId"> & { readonly keyId?: string | undefined };

/** A certificate that is not there may have gone by this very request. */
export async function knownBefore(deps: ChangeDeps, request: AskedAgain) {
  const { subscription, idempotency, displayName = "" } = request;
  const key = idempotency && (await deps.operations.key(subscription, idempotency.keyHash));
  if (!key || key.key.expiresAt <= deps.runtime.now()) return undefined;
  return again(deps, request, key, await asBefore(deps, key, { ...request, displayName }));
}

async function again(
  { secrets }: ChangeDeps,
  { subscription, clientId, keyId }: AskedAgain,
  { key }: VersionedKey,
  before: CertificateOutcome,
): Promise<Outcome<RotatedCertificate, Refusal>> {
  if (!before.ok) return before;
  // Keys from before that was noted are of a request that named it.
  const replaced = key.result?.replaced ?? keyId;
  const old =
    replaced === undefined ? undefined : await secrets.secret(subscription, clientId, replaced);
  return { ...before, value: { made: before.value, ...(old && { replaced: old.record }) } };
}

const asCertificate = (
  refusal: ClientRefusal | CredentialMissing,
): ClientRefusal | CertificateRefusal =>
  refusal.reason === "secret-not-found" ? { reason: "certificate-not-found" } : refusal;
