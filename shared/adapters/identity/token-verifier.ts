import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from "jose";
import * as z from "zod";
import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { TokenPolicy } from "../../settings/settings.ts";
import { within } from "./within.ts";

/** Both throw `RemoteUnavailable` when the issuer's keys cannot be had. */
export interface TokenVerifier {
  /** Claims of a valid token, or nothing. */
  (token: string): Promise<JWTPayload | undefined>;
  /** Has the issuer's keys, so that the first token does not wait for them. */
  ready(): Promise<void>;
}

/** Entra and B2C sign with RS256 only; naming it refuses `none`, HMAC with the public key, and whatever comes next (RFC 8725, 3.1). */
const ALGORITHMS = ["RS256"];
const CLOCK_TOLERANCE_SECONDS = 30;
const FETCH_TIMEOUT_MS = 5_000;
/** An issuer is asked where its keys are, then for the keys; for everybody at once, so no caller's deadline ends that for others. */
const LONGEST_WAIT_MS = 2 * FETCH_TIMEOUT_MS;
/** An unknown `kid` fetches the keys again, at most once in this time: tokens with invented ones cannot drive traffic. */
const JWKS_COOLDOWN_MS = 30_000;
const JWKS_MAX_AGE_MS = 60 * 60_000;
/** An issuer that fails is left alone for so long: tokens, real or invented, must not drive traffic to it then either. */
const FAILED_PAUSE_MS = 1_000;

const Discovery = z.object({ jwks_uri: z.url() });
/** An issuer without any key would have every token refused as one that is not valid. */
const KeySet = z.object({ keys: z.array(z.unknown()).min(1) });

/** Verifies tokens of one issuer for one audience against RFC 8725: fixed algorithm, exact issuer and audience, lifetime, keys from the issuer only. */
export function tokenVerifier({ issuer, audience, metadataUrl }: TokenPolicy): TokenVerifier {
  const fetchPatiently = patientFetch();
  let keys: Promise<IssuerKeys> | undefined;
  const issuerKeys = (): Promise<IssuerKeys> => {
    keys ??= discover(fetchPatiently, metadataUrl).catch((error: unknown) => {
      keys = undefined;
      throw error;
    });
    return keys;
  };

  const verify = async (token: string): Promise<JWTPayload | undefined> => {
    try {
      const { payload } = await within(timeLeftMs(LONGEST_WAIT_MS), async () =>
        jwtVerify(token, await issuerKeys(), {
          issuer,
          audience,
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          requiredClaims: ["exp", "iat"],
        }),
      );
      return payload;
    } catch (error) {
      if (error instanceof errors.JWKSTimeout) throw unavailable(error);
      // A token that is not valid, for whichever of the many reasons: the caller is told none of them.
      if (error instanceof errors.JOSEError && error.code !== "ERR_JOSE_GENERIC") return undefined;
      if (error instanceof RemoteUnavailable) throw error;
      throw unavailable(error);
    }
  };
  const ready = async (): Promise<void> => {
    const known = await issuerKeys();
    if (known.fresh) return;
    await known.reload().catch((error: unknown) => {
      throw unavailable(error);
    });
  };
  return Object.assign(verify, { ready });
}

type IssuerKeys = ReturnType<typeof createRemoteJWKSet>;
type Fetch = (url: string, options: RequestInit, shape: z.ZodType) => Promise<Response>;

/**
 * `fetch` that after a failure fails at once, until a pause is over. An answer 200 that is not what was asked for, such as a page
 * of a proxy's, is one.
 */
function patientFetch(): Fetch {
  let failure: { readonly error: unknown; readonly until: number } | undefined;
  return async (url, options, shape) => {
    if (failure && performance.now() < failure.until) throw failure.error;
    try {
      const response = await fetch(url, options);
      if (!response.ok) throw new Error(`The issuer answered ${response.status}`);
      const text = await response.text();
      shape.parse(JSON.parse(text));
      failure = undefined;
      return new Response(text);
    } catch (error) {
      failure = { error, until: performance.now() + FAILED_PAUSE_MS };
      throw error;
    }
  };
}

async function discover(fetchPatiently: Fetch, metadataUrl: string): Promise<IssuerKeys> {
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  const { jwks_uri } = await fetchPatiently(metadataUrl, { signal }, Discovery)
    .then(async (response) => Discovery.parse(await response.json()))
    .catch((error: unknown) => {
      throw unavailable(error);
    });
  return createRemoteJWKSet(new URL(jwks_uri), {
    [customFetch]: (url, options) => fetchPatiently(url, options, KeySet),
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: JWKS_COOLDOWN_MS,
    cacheMaxAge: JWKS_MAX_AGE_MS,
  });
}

const unavailable = (cause: unknown) =>
  new RemoteUnavailable("identity", { executed: "no", retryAfterSeconds: 5 }, { cause });
