import * as z from "zod";
import type { GivenCertificate } from "../../shared/operations/add-certificate.ts";
import { type CertificateRules, CertifiedJwk, Pem, readJwk, readPem } from "./certificate-input.ts";
import { displayName, MAX_SECRET_NAME } from "./inputs.ts";

/** The two ways to send a certificate; one of them. */
const fields = {
  certificate: Pem.optional(),
  jwk: CertifiedJwk.optional().describe(
    "The public key as a JWK with its certificate in `x5c`, instead of `certificate`",
  ),
};

/** A body with a certificate and whatever else a route takes. */
export const certificateBody = <Shape extends z.ZodRawShape>(
  rules: CertificateRules,
  id: string,
  more: Shape,
) =>
  z
    .strictObject({ ...fields, ...more })
    .transform((body, context) => {
      const { certificate, jwk } = z.object(fields).parse(body);
      if ((certificate === undefined) === (jwk === undefined)) {
        context.addIssue("must hold one of certificate and jwk");
        return z.NEVER;
      }
      const read = jwk ? readJwk(jwk, rules) : readPem(certificate ?? "", rules);
      if ("problem" in read) {
        const path = [jwk ? "jwk" : "certificate"];
        context.addIssue({ code: "custom", message: read.problem, path });
        return z.NEVER;
      }
      return { ...body, certificate: read };
    })
    .meta({ id });

/** That of the certificate's subject when it is left out. */
export const certificateName = displayName(MAX_SECRET_NAME).optional();

/** What people call it: the common name of its subject, or all of that. */
export function nameOf({ subject }: GivenCertificate): string {
  const [, common] = /(?:^|, )CN=([^,]+)/.exec(subject) ?? [];
  const name = (common ?? subject).trim().slice(0, MAX_SECRET_NAME);
  return name === "" ? "Certificate" : name;
}
