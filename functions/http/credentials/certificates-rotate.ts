import type { Done } from "../../../shared/base/outcome.ts";
import {
  type RotatedCertificate,
  rotateCertificate,
} from "../../../shared/operations/credentials/rotate-certificate.ts";
import { route } from "../../edge/route.ts";
import { certificateBody, certificateName, readCertificate } from "./certificate-body.ts";
import { RotatedCertificateShape, showRegistered } from "./certificate-shapes.ts";
import { type CertificateDeps, NEW_CERTIFICATE_PROBLEMS, rulesOf } from "./certificates-add.ts";
import { graceHours, USUAL_GRACE_HOURS } from "./grace-hours.ts";
import { showReplaced } from "./secret-shapes.ts";

/** The new certificate, and what becomes of the old one; the same again where it was asked for before. */
export const answerRegistered = ({
  value: { made, replaced },
  replayed,
}: Done<RotatedCertificate>) => ({
  ok: true as const,
  value: {
    status: 201,
    body: { ...showRegistered(made), ...(replaced && { replaced: showReplaced(replaced) }) },
    replayed,
  },
});

export const certificatesRotate = (deps: CertificateDeps) =>
  route(
    {
      name: "certificates-rotate",
      operationId: "rotateCertificate",
      method: "POST",
      path: "/clients/{id}/certificates/{keyId}/rotate",
      access: "clients.write",
      summary: "Replace a certificate by a new one; the old one goes on working for a while",
      description:
        "Adds a certificate and gives the old one a `retiresAt`, at which the service removes it. `graceHours: 0` removes the old one with the same write: its key leaked.",
      accepts: ["Idempotency-Key"],
      body: certificateBody("RotateCertificateRequest", {
        displayName: certificateName.describe("That of the old one when left out"),
        graceHours,
      }),
      replies: {
        201: {
          description: "The new certificate, and when the old one goes",
          schema: RotatedCertificateShape,
        },
      },
      problems: NEW_CERTIFICATE_PROBLEMS,
    },
    async ({ caller, by, id, keyId, body, idempotency }) => {
      const certificate = readCertificate(body, rulesOf(deps));
      if (!certificate.ok) return certificate;
      const rotated = await rotateCertificate(deps, {
        subscription: caller.subscription,
        by,
        clientId: id,
        keyId,
        certificate: certificate.value,
        displayName: body.displayName,
        graceHours: body.graceHours ?? USUAL_GRACE_HOURS,
        ...(idempotency && { idempotency }),
      });
      return rotated.ok ? answerRegistered(rotated) : rotated;
    },
  );
