import * as z from "zod";
import { type Outcome, refused } from "../../../shared/base/outcome.ts";
import { foldName, tidyName, unfit } from "../../../shared/clients/names/plain-name.ts";
import type { GivenCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import type { RequestRefusal } from "../../edge/refusal.ts";
import { displayName, MAX_SECRET_NAME } from "../inputs.ts";
import { type CertificateRules, CertifiedJwk, Pem, readJwk, readPem } from "./certificate-input.ts";

/** The two ways to send a certificate; one of them. */
export const certificateFields = {
  certificate: Pem.optional(),
  jwk: CertifiedJwk.optional().describe(
    "The public key as a JWK with its certificate in `x5c`, instead of `certificate`",
  ),
};
type Sent = z.infer<z.ZodObject<typeof certificateFields>>;

/** Whether it brings a certificate one way, or none at all. */
export const hasOneAtMost = ({ certificate, jwk }: Sent): boolean =>
  certificate === undefined || jwk === undefined;

/** A body with a certificate and whatever else a route takes. */
export const certificateBody = <Shape extends z.ZodRawShape>(id: string, more: Shape) =>
  z
    .strictObject({ ...certificateFields, ...more })
    .refine((body) => "certificate" in body !== "jwk" in body, {
      error: "or jwk must be there: one of the two",
      path: ["certificate"],
    })
    .meta({ id });

/** The certificate that was sent, if it is fit: what is wrong with it is said like everything else that is wrong with a body. */
export function readCertificate(
  { certificate, jwk }: Sent,
  rules: CertificateRules,
): Outcome<GivenCertificate, RequestRefusal> {
  const read = jwk ? readJwk(jwk, rules) : readPem(certificate ?? "", rules);
  if (!("problem" in read)) return { ok: true, value: read };
  const field = jwk ? "/jwk" : "/certificate";
  return refused({ reason: "invalid-request", errors: [{ field, message: read.problem }] });
}

/** That of the certificate's subject when it is left out. */
export const certificateName = displayName(MAX_SECRET_NAME).optional();

/**
 * What people call it: the common name of its subject, or all of that, as far as a name may hold it. Whoever has made the certificate
 * has chosen it, and nobody has looked at it as at a name that is sent.
 */
export function nameOf({ subject }: Pick<GivenCertificate, "subject">): string {
  const [, common] = /(?:^|, )CN=((?:\\.|[^,\\])+)/.exec(subject) ?? [];
  const whole = tidyName((common ?? subject).replaceAll(ESCAPED, "$1"));
  const name = foldName(whole.slice(0, MAX_SECRET_NAME).replace(HALF_AT_END, ""));
  return name === "" || unfit(name) !== undefined ? "Certificate" : name;
}

/** Signs that mean something in a subject are written behind a backslash (RFC 2253); controls as their digits, which stay. */
const ESCAPED = /\\([^0-9A-Fa-f])/g;
const HALF_AT_END = /[\ud800-\udbff]$/;
