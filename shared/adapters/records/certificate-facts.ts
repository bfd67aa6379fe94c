import * as z from "zod";
import type { CertificateFacts as Facts } from "../../clients/credential.ts";

/** What tells one certificate from another, as rows hold it. */
export const CertificateFacts = z
  .object({
    thumbprint: z.string(),
    thumbprintSha256: z.string().optional(),
    subject: z.string().optional(),
  })
  .transform(
    ({ thumbprint, thumbprintSha256, subject }): Facts => ({
      thumbprint,
      ...(thumbprintSha256 !== undefined && { thumbprintSha256 }),
      ...(subject !== undefined && { subject }),
    }),
  );
