import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import * as z from "zod";

const Discovery = z.looseObject({ issuer: z.string(), jwks_uri: z.url() });

/** Who calls, as the token proves it. */
interface Caller {
  /** The client's appId. Never `sub`: what that holds differs between B2C and Entra ID. */
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
}

export type Verified =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly reason: string };

const textOf = (payload: JWTPayload, claim: string): string =>
  typeof payload[claim] === "string" ? payload[claim] : "";

/** B2C puts granted app roles into `scp`, separated by spaces; Entra ID into `roles`, as an array. */
function grantedScopes(payload: JWTPayload): ReadonlySet<string> {
  const roles = Array.isArray(payload["roles"]) ? payload["roles"].map(String) : [];
  return new Set([...textOf(payload, "scp").split(" "), ...roles].filter(Boolean));
}

/**
 * Checks signature, issuer, audience and lifetime as any API of the company would, from the issuer's discovery document.
 *
 * @param metadataUrl the discovery document, fetched at the first use: the API starts whether or not the issuer is up
 * @param audience the API's own appId
 */
export function createTokenVerifier(
  metadataUrl: string,
  audience: string,
): (token: string) => Promise<Verified> {
  let issuer: Promise<{ name: string; keys: ReturnType<typeof createRemoteJWKSet> }> | undefined;

  const discover = async () => {
    const response = await fetch(metadataUrl);
    if (!response.ok) throw new Error(`The issuer's metadata answered ${response.status}.`);
    const { issuer: name, jwks_uri } = Discovery.parse(await response.json());
    return { name, keys: createRemoteJWKSet(new URL(jwks_uri), { cooldownDuration: 0 }) };
  };

  return async (token) => {
    issuer ??= discover().catch((error: unknown) => {
      issuer = undefined;
      throw error;
    });
    const { name, keys } = await issuer;
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: name,
        audience,
        requiredClaims: ["exp"],
        algorithms: ["RS256"],
      });
      const clientId = textOf(payload, "azp") || textOf(payload, "appid");
      if (!clientId) return { ok: false, reason: "The token names no client (azp)." };
      return { ok: true, caller: { clientId, scopes: grantedScopes(payload) } };
    } catch (error) {
      if (error instanceof errors.JOSEError) return { ok: false, reason: error.message };
      throw error;
    }
  };
}
