import { get } from "node:https";
import { json } from "node:stream/consumers";
import { rootCertificates } from "node:tls";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import * as z from "zod";
import type { FederatedIdentityCredential } from "../graph-types.ts";
import type { ApplicationRecord } from "../state.ts";
import { entraError, type TokenReply } from "./token-reply.ts";

/**
 * A foreign token as a client's proof: what Entra compares, in its order, and what it answers. The codes and their words are
 * recorded in Azure/azure-workload-identity#1200 (700211), #1232 (7000272) and #605 (90061), GitLab's documentation of Azure
 * (700212), Azure/login#482 (700213), #515 (7002138, since August 2024) and #180 (700024).
 */

const FETCH_TIMEOUT_MS = 5_000;
/** Entra's own; MSAL rounds `nbf` to the nearest second, so half of its assertions begin in the future. */
export const CLOCK_SKEW_SECONDS = 300;
const Metadata = z.object({ jwks_uri: z.url() });
const Jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

const CHECK =
  "Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation";
const invalid = (code: number, text: string): TokenReply =>
  entraError(401, "invalid_client", code, text);

/** @returns undefined when it is good, else the error to answer with */
export async function checkFederated(
  { federated }: ApplicationRecord,
  assertion: string,
  claims: JWTPayload,
  authority: string,
): Promise<TokenReply | undefined> {
  const match = matching(federated, claims);
  if ("status" in match) return match;
  const keys = await keysOf(match.issuer, authority);
  if (!keys) {
    return entraError(400, "invalid_request", 90061, "Request to External OIDC endpoint failed.");
  }
  try {
    await jwtVerify(assertion, createLocalJWKSet(keys), {
      ...{ issuer: match.issuer, subject: match.subject, audience: [...match.audiences] },
      algorithms: ["RS256"],
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ["exp"],
    });
    return undefined;
  } catch (error) {
    return isOutOfTime(error)
      ? invalid(
          700024,
          `Client assertion is not within its valid time range. Current time: ${new Date().toISOString()}, assertion valid from ${timeOf(claims.nbf)}, expiry time of assertion ${timeOf(claims.exp)}.`,
        )
      : invalid(
          7000272,
          `The certificate used to sign the federated credential could not be found in the metadata of identity provider ${match.issuer}. Please validate that your Identity Provider's metadata exposes the key used to sign the incoming token.`,
        );
  }
}

/** Issuer, then audience, then subject; letter by letter and case by case. */
function matching(
  federated: readonly FederatedIdentityCredential[],
  { iss, sub, aud }: JWTPayload,
): FederatedIdentityCredential | TokenReply {
  const none = (code: number, claim: string, presented: unknown, more = "") =>
    invalid(
      code,
      `No matching federated identity record found for presented assertion ${claim} '${presented}'. ${more}${CHECK}`,
    );
  const byIssuer = federated.filter(({ issuer }) => issuer === iss);
  if (byIssuer.length === 0) return none(700211, "issuer", iss);
  const audiences = [aud ?? []].flat();
  const byAudience = byIssuer.filter((one) => one.audiences.some((it) => audiences.includes(it)));
  if (byAudience.length === 0) return none(700212, "audience", audiences.join(" "));
  const match = byAudience.find(({ subject }) => subject === sub);
  if (match) return match;
  const isNear = byAudience.some(({ subject }) => subject.toLowerCase() === sub?.toLowerCase());
  return isNear
    ? none(
        7002138,
        "subject",
        sub,
        "The subject matches with case-insensitive comparison, but not with case-sensitive comparison. ",
      )
    : none(700213, "subject", sub);
}

async function keysOf(issuer: string, authority: string): Promise<JSONWebKeySet | undefined> {
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  const read = (url: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ca = [...rootCertificates, authority];
      get(url, { signal, ca }, (response) => resolve(json(response))).on("error", reject);
    });
  try {
    const base = issuer.replace(/\/$/, "");
    const { jwks_uri } = Metadata.parse(await read(`${base}/.well-known/openid-configuration`));
    return Jwks.parse(await read(jwks_uri));
  } catch {
    return undefined;
  }
}

const isOutOfTime = (error: unknown): boolean =>
  error instanceof errors.JWTExpired ||
  (error instanceof errors.JWTClaimValidationFailed && ["exp", "nbf"].includes(error.claim));

const timeOf = (seconds: number | undefined): string =>
  seconds === undefined ? "" : new Date(seconds * 1_000).toISOString();
