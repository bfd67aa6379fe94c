import { createHash, X509Certificate } from "node:crypto";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import * as z from "zod";
import type { ApplicationRecord } from "./state.ts";
import { entraError, type TokenReply } from "./token-reply.ts";

export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const FETCH_TIMEOUT_MS = 5_000;
/** Entra's own; MSAL rounds `nbf` to the nearest second, so half of its assertions begin in the future. */
const CLOCK_SKEW_SECONDS = 300;
const metadataSchema = z.object({ jwks_uri: z.url() });

/**
 * Checks a `client_assertion`: signed with a certificate registered on the application, or issued by somebody whom a
 * federated identity credential of it names.
 *
 * @param audiences what the assertion's `aud` may be when the application signed it itself
 * @returns undefined when it is good, else the error to answer with
 */
export async function checkAssertion(
  record: ApplicationRecord,
  assertion: string,
  audiences: readonly string[],
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
    : checkFederated(record, assertion, claims);
}

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
        header.x5t === createHash("sha1").update(raw).digest("base64url") ||
        header["x5t#S256"] === createHash("sha256").update(raw).digest("base64url"),
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

async function checkFederated(
  record: ApplicationRecord,
  assertion: string,
  claims: ReturnType<typeof decodeJwt>,
): Promise<TokenReply | undefined> {
  const audiences = [claims.aud ?? []].flat();
  const match = record.federated.find(
    (one) =>
      one.issuer === claims.iss &&
      one.subject === claims.sub &&
      one.audiences.some((audience) => audiences.includes(audience)),
  );
  if (!match) {
    return entraError(
      401,
      "invalid_client",
      700213,
      `No matching federated identity record found for presented assertion subject '${claims.sub}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.`,
    );
  }
  try {
    const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
    const url = `${match.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const metadata = metadataSchema.parse(await (await fetch(url, { signal })).json());
    await jwtVerify(assertion, createRemoteJWKSet(new URL(metadata.jwks_uri)), {
      issuer: match.issuer,
      subject: match.subject,
      audience: [...match.audiences],
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ["exp"],
    });
    return undefined;
  } catch {
    return entraError(
      401,
      "invalid_client",
      700211,
      `The issuer '${match.issuer}' could not vouch for the presented assertion.`,
    );
  }
}
