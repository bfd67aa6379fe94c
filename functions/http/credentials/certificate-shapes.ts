import * as z from "zod";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { Certificate, CertificateFacts } from "../../../shared/clients/credential.ts";
import { retirementOf } from "../../../shared/clients/known-secrets.ts";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import { type Shaped, shape } from "../../edge/shape.ts";
import { SecretShape } from "../shapes.ts";

/** What the API shows of certificates; a certificate is public, and still nothing is shown that is not named here. */

const instant = z.iso.datetime();
const hex = z.string().max(64);

const thumbprint = hex
  .describe("SHA-1 of the certificate in hex, as Entra shows it")
  .meta({ examples: ["52ED9B5038A47B9E2E2190715CC238359D4F8F73"] });

export const CertificateShape = shape(() =>
  z
    .strictObject({
      keyId: z.guid().describe("The certificate's id in the directory"),
      displayName: SecretShape().shape.displayName,
      thumbprint,
      thumbprintSha256: hex
        .optional()
        .describe("SHA-256 of it; absent of those that were added in the directory")
        .meta({ examples: ["E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"] }),
      subject: z
        .string()
        .max(4096)
        .optional()
        .describe("Whom it is made out to; absent as above, and in lists")
        .meta({ examples: ["CN=Nightly import"] }),
      createdAt: instant.describe("When it was added"),
      expiresAt: instant.describe("When it stops working"),
      retiresAt: SecretShape().shape.retiresAt,
    })
    .meta({ id: "Certificate" }),
);

export const CertificateListShape = shape(() =>
  z.strictObject({ items: z.array(CertificateShape()) }).meta({ id: "CertificateList" }),
);

/** A certificate as the service has it on record, without a look at the directory. */
export const ScheduledCertificateShape = shape(() =>
  z
    .strictObject({
      keyId: CertificateShape().shape.keyId,
      displayName: CertificateShape().shape.displayName,
      expiresAt: CertificateShape().shape.expiresAt,
      retiresAt: CertificateShape().shape.retiresAt,
      snoozedUntil: instant.optional().describe("No reminder of its end before then"),
    })
    .meta({ id: "ScheduledCertificate" }),
);

export const RotatedCertificateShape = shape(() =>
  z
    .strictObject({
      ...CertificateShape().shape,
      replaced: ScheduledCertificateShape()
        .optional()
        .describe(
          "The old certificate, and when it goes; absent in an answer that is given again after it has gone",
        ),
    })
    .meta({ id: "RotatedCertificate" }),
);

/** @param record of its client, which knows when it is removed */
export const showCertificate =
  (record: ClientRecord, facts?: CertificateFacts) =>
  (certificate: Certificate): Shaped<typeof CertificateShape> => {
    const retiresAt = retirementOf(record, certificate.keyId);
    return {
      keyId: certificate.keyId,
      displayName: certificate.displayName,
      ...showFacts({ ...facts, thumbprint: certificate.thumbprint }),
      createdAt: certificate.createdAt.toISOString(),
      expiresAt: certificate.expiresAt.toISOString(),
      ...(retiresAt && { retiresAt: retiresAt.toISOString() }),
    };
  };

/** As it is on record. */
export const showRegistered = (record: SecretRecord): Shaped<typeof CertificateShape> => ({
  keyId: record.keyId,
  displayName: record.displayName,
  ...showFacts(record.certificate ?? { thumbprint: "" }),
  createdAt: record.createdAt.toISOString(),
  expiresAt: record.expiresAt.toISOString(),
  ...(record.retiresAt && { retiresAt: record.retiresAt.toISOString() }),
});

const showFacts = ({ thumbprint: sha1, thumbprintSha256, subject }: CertificateFacts) => ({
  thumbprint: sha1,
  ...(thumbprintSha256 !== undefined && { thumbprintSha256 }),
  ...(subject !== undefined && { subject }),
});
