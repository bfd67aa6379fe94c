import { createHash, X509Certificate } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import type { ApplicationRecord } from "../state.ts";
import { CLOCK_SKEW_SECONDS, checkFederated } from "./federated-assertion.ts";
import { entraError, type TokenReply } from "./token-reply.ts";

export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * Checks a `client_assertion`: signed with a certificate registered on the application, or issued by somebody whom a
 * federated identity credential of it names.
 *
 * @param audiences what the assertion's `aud` may be when the application signed it itself
 * @param authority PEM of an authority by which a foreign issuer may prove its name, besides the machine's own
 * @returns undefined when it is good, else the error to answer with
 */
export async function checkAssertion(
  record: ApplicationRecord,
  assertion: string,
  audiences: readonly string[],
  authority: string,
): Promise<TokenReply | undefined> {
  let claims: ReturnType<typeof decodeJwt>;
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    claims = decodeJwt(assertion);
    header = decodeProtectedHeader(assertion);
  } catch {
    return entraError(400, "invalid_request", 50027, "JWT token is invalid or malformed.");
  }
  return claims.iss === record.object.appId
    ? checkCertificate(record, assertion, audiences, header)
    : checkFederated(record, assertion, claims, authority);
}

/** MSAL for Python pads a thumbprint, MSAL for Go writes it in plain Base64: Entra takes what their releases have sent for years. */
const names = (thumbprint: unknown, digest: Buffer): boolean =>
  typeof thumbprint === "string" && Buffer.from(thumbprint, "base64").equals(digest);

async function checkCertificate(
  record: ApplicationRecord,
  assertion: string,
  audiences: readonly string[],
  header: ReturnType<typeof decodeProtectedHeader>,
): Promise<TokenReply | undefined> {
  const invalid = (why: string) =>
    entraError(
      401,
      "invalid_client",
      700027,
      `The certificate with identifier used to sign the client assertion is not registered on application or the signature is invalid. [Reason - ${why}]`,
    );
  const certificate = record.object.keyCredentials
    .flatMap(({ key }) => (key ? [new X509Certificate(Buffer.from(key, "base64"))] : []))
    .find(
      ({ raw }) =>
        names(header.x5t, createHash("sha1").update(raw).digest()) ||
        names(header["x5t#S256"], createHash("sha256").update(raw).digest()),
    );
  if (!certificate) return invalid("The key was not found.");
  if (Date.parse(certificate.validTo) < Date.now()) return invalid("The key used is expired.");
  try {
    await jwtVerify(assertion, certificate.publicKey, {
      issuer: record.object.appId,
      subject: record.object.appId,
      audience: [...audiences],
      algorithms: ["RS256", "PS256"],
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ["exp"],
    });
    return undefined;
  } catch {
    return invalid("The assertion's signature, audience or lifetime is not valid.");
  }
}
