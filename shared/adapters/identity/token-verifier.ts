import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTPayload,
  jwtVerify,
} from "jose";
import * as z from "zod";
import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { TokenPolicy } from "../../settings/settings.ts";
import { textOf } from "./text-of.ts";
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
/** Entra's keys, each with its certificate, are some tens of kilobytes. */
const MAX_ANSWER_BYTES = 1_048_576;

const Discovery = z.object({ jwks_uri: z.url() });
/** An issuer without any key would have every token refused as one that is not valid. */
const KeySet = z.object({ keys: z.array(z.looseObject({})).min(1) });

/** Verifies tokens of one issuer for one audience against RFC 8725: fixed algorithm, exact issuer and audience, lifetime, keys from the issuer only. */
export function tokenVerifier({ issuer, audience, metadataUrl }: TokenPolicy): TokenVerifier {
  const keys = createRemoteJWKSet(new URL(metadataUrl), {
    [customFetch]: keysOfIssuer(),
    timeoutDuration: LONGEST_WAIT_MS,
    cooldownDuration: JWKS_COOLDOWN_MS,
    cacheMaxAge: JWKS_MAX_AGE_MS,
  });

  const verify = async (token: string): Promise<JWTPayload | undefined> => {
    try {
      const { payload } = await within(timeLeftMs(LONGEST_WAIT_MS), async () =>
        jwtVerify(token, keys, {
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
    if (keys.fresh) return;
    await keys.reload().catch((error: unknown) => {
      throw unavailable(error);
    });
  };
  return Object.assign(verify, { ready });
}

/**
 * The keys of the issuer whose metadata is at an address. Where they are is asked each time, as an issuer may move them; one that does
 * not say is asked where they were last. After a failure it fails at once, until a pause is over.
 */
function keysOfIssuer(): FetchImplementation {
  let last: string | undefined;
  let failure: { readonly error: unknown; readonly until: number } | undefined;
  return async (metadataUrl, { headers, redirect }) => {
    if (failure && performance.now() < failure.until) throw failure.error;
    try {
      const place = await ask(Discovery, metadataUrl).then(
        ({ jwks_uri }) => jwks_uri,
        (error: unknown) => last ?? Promise.reject(error),
      );
      const keys = await ask(KeySet, place, { headers, redirect });
      last = place;
      failure = undefined;
      return Response.json(keys);
    } catch (error) {
      failure = { error, until: performance.now() + FAILED_PAUSE_MS };
      throw error;
    }
  };
}

/** An answer 200 that is not what was asked for, such as a page of a proxy's, is a failure too. */
async function ask<T>(shape: z.ZodType<T>, url: string, options: RequestInit = {}): Promise<T> {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`The issuer answered ${response.status}`);
  const text = await textOf(response, MAX_ANSWER_BYTES);
  if (text === undefined) throw new Error("The issuer's answer is too long to be one");
  return shape.parse(JSON.parse(text));
}

const unavailable = (cause: unknown) =>
  new RemoteUnavailable("identity", { executed: "no", retryAfterSeconds: 5 }, { cause });
