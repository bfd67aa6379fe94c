import { type Outcome, refused, replayed } from "../../base/outcome.ts";
import type { CertificateFacts, NewCertificate } from "../../clients/credential.ts";
import { type KindNotAllowed, refusedKind } from "../../clients/credential-rules.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { CertificateRefusal } from "../../clients/secret-reasons.ts";
import type { SecretRecord } from "../../clients/secret-record.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest } from "../admission/change.ts";
import type { IdempotentRequest, KeyRefusal, VersionedKey } from "../admission/key.ts";
import { replayChange } from "../admission/replay-change.ts";
import type { MakeDeps } from "./new-secret.ts";
import { register } from "./register-certificate.ts";

/** A certificate as somebody has sent it, found to be fit. */
export interface GivenCertificate extends CertificateFacts {
  readonly thumbprintSha256: string;
  readonly subject: string;
  readonly der: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface CertificateRequest extends ChangeRequest {
  readonly certificate: GivenCertificate;
  readonly displayName: string;
  readonly idempotency?: IdempotentRequest;
}

export type CertificateOutcome = Outcome<
  SecretRecord,
  ClientRefusal | CertificateRefusal | KindNotAllowed | AccountRefusal | KeyRefusal
>;

/** Adds a certificate to a client. Three directory calls; no part of it is secret, so a repeat gets the answer again. */
export async function addCertificate(
  deps: MakeDeps,
  request: CertificateRequest,
): Promise<CertificateOutcome> {
  const refusal = refusedKind(deps.credentialRules, "certificate");
  if (refusal) return refused(refusal);
  const { idempotency } = request;
  const certificate = toRegister(deps, request);
  const begun = await beginChange(
    deps,
    request,
    { kind: "add-certificate", ...cellsOf(request, certificate), keyHash: idempotency?.keyHash },
    idempotency,
  );
  if (begun.state === "refused") return refused(begun.refusal);
  if (begun.state === "known") return asBefore(deps, begun.key, request);
  return register(deps, begun.change, certificate);
}

/** Graph keeps times of certificates in whole seconds. */
const SECOND_MS = 1_000;

/** From now on, and under an id of ours; nobody's clock is so exact that it may not have begun to be valid yet. */
export function toRegister(
  { runtime }: Pick<ChangeDeps, "runtime">,
  { certificate, displayName }: Pick<CertificateRequest, "certificate" | "displayName">,
): NewCertificate {
  const { notBefore, notAfter, ...facts } = certificate;
  const now = Math.floor(runtime.now().getTime() / SECOND_MS) * SECOND_MS;
  return {
    ...facts,
    kind: "certificate",
    keyId: runtime.newId(),
    displayName,
    createdAt: new Date(Math.max(now, notBefore.getTime())),
    expiresAt: notAfter,
  };
}

/** What the operation has to know of it. */
export const cellsOf = (
  { clientId }: Pick<ChangeRequest, "clientId">,
  { keyId, displayName, createdAt, expiresAt, ...certificate }: NewCertificate,
) => ({
  clientId,
  certificateId: keyId,
  displayName,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  facts: factsOf(certificate),
});

const factsOf = ({
  thumbprint,
  thumbprintSha256,
  subject,
}: CertificateFacts): CertificateFacts => ({
  thumbprint,
  ...(thumbprintSha256 !== undefined && { thumbprintSha256 }),
  ...(subject !== undefined && { subject }),
});

/** Asked for again under the same key: the certificate as it is on record by now, unless it has gone since. */
export async function asBefore(
  deps: ChangeDeps,
  key: VersionedKey,
  request: CertificateRequest,
): Promise<CertificateOutcome> {
  const before = await replayChange(deps, key, request);
  if (!before.ok) return before;
  const { subscription, clientId } = request;
  const { keyId } = key.key.result ?? {};
  const found = keyId && (await deps.secrets.secret(subscription, clientId, keyId));
  return found ? replayed(found.record) : refused({ reason: "certificate-not-found" });
}
