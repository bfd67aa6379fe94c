import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import type { MakeDeps } from "../../../shared/operations/credentials/new-secret.ts";
import { route } from "../../edge/route.ts";
import { certificateBody, certificateName, nameOf, readCertificate } from "./certificate-body.ts";
import { CertificateShape, showRegistered } from "./certificate-shapes.ts";

/** What may be said against a new certificate, whether it takes the place of another or not. */
export const NEW_CERTIFICATE_PROBLEMS = [
  "not-found",
  "certificate-not-found",
  "client-busy",
  "client-suspended",
  "certificate-held",
  "certificate-limit-reached",
  "request-in-progress",
  "idempotency-key-reused",
  "certificate-forbidden-by-policy",
  "credential-kind-not-allowed",
  "rate-limited",
  "share-used-up",
  "directory-throttled",
] as const;

export interface CertificateDeps extends MakeDeps {
  readonly certificateMaxLifetimeMs: number;
}

export const rulesOf = ({ certificateMaxLifetimeMs, runtime }: CertificateDeps) => ({
  certificateMaxLifetimeMs,
  now: () => runtime.now(),
});

export const certificatesAdd = (deps: CertificateDeps) =>
  route(
    {
      name: "certificates-add",
      operationId: "addCertificate",
      method: "POST",
      path: "/clients/{id}/certificates",
      access: "clients.write",
      summary: "Add a certificate, with which the client proves who it is",
      description:
        "Registers a certificate; the private key stays with whoever made it, and is refused if it is sent. RSA of 2048 bits or more, for signatures, valid now. Self-signed ones do. The token endpoint takes a new one some seconds late. A repeat under the same `Idempotency-Key` is answered as the first time.",
      accepts: ["Idempotency-Key"],
      body: certificateBody("AddCertificateRequest", {
        displayName: certificateName.describe("The common name of its subject when left out"),
      }),
      replies: { 201: { description: "The certificate", schema: CertificateShape } },
      problems: NEW_CERTIFICATE_PROBLEMS,
    },
    async ({ caller, by, id, body, idempotency }) => {
      const certificate = readCertificate(body, rulesOf(deps));
      if (!certificate.ok) return certificate;
      const added = await addCertificate(deps, {
        subscription: caller.subscription,
        by,
        clientId: id,
        certificate: certificate.value,
        displayName: body.displayName ?? nameOf(certificate.value),
        ...(idempotency && { idempotency }),
      });
      if (!added.ok) return added;
      const { replayed, value } = added;
      return { ok: true as const, value: { status: 201, body: showRegistered(value), replayed } };
    },
  );
