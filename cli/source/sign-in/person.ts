import { setTimeout as pause } from "node:timers/promises";
import type { AuthenticationResult, PublicClientApplication } from "@azure/msal-node";
import { EXIT, Fault } from "../fault.ts";
import { authorityWire } from "./authority-wire.ts";
import type { Kept } from "./kept.ts";
import type { Place } from "./place.ts";

/** An access token, and until when. */
export interface Bearer {
  readonly accessToken: string;
  readonly expiresAt?: Date | undefined;
}

export interface SignedIn extends Bearer {
  readonly name: string;
  /** To be kept, or not. */
  readonly cache: string;
}

/** How long a person is waited for, in milliseconds. */
export interface Patience {
  /** So long the page may stay open. */
  readonly pageMs: number;
  /** Then MSAL has so long to come to its end: whoever was back at the last moment is still signed in. More than a request to the authority may take. */
  readonly settleMs: number;
}

const PATIENCE: Patience = { pageMs: 300_000, settleMs: 30_000 };
/** Where MSAL listens for the page, whatever `localhost` is on this machine. */
const LOOPBACK = "127.0.0.1";
const DONE = "You are signed in to latchkey. You may close this window.";
const NOT_DONE = "You are not signed in. The command says why; you may close this window.";

/** MSAL for one authority. Loaded only when a person is to sign in: it is most of the command's start. */
async function openMsal(place: Place, cache?: { text: string; changed: boolean }) {
  const { PublicClientApplication } = await import("@azure/msal-node");
  const { network, faultOf } = authorityWire();
  const app = new PublicClientApplication({
    auth: {
      clientId: place.clientId,
      authority: place.authority,
      // Read from there over TLS, or told by the service: MSAL knows only Microsoft's own hosts by itself.
      knownAuthorities: [new URL(place.authority).host, new URL(place.metadata.issuer).host],
      authorityMetadata: JSON.stringify(place.metadata),
    },
    system: { networkClient: network },
    ...(cache && {
      cache: {
        cachePlugin: {
          beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(cache.text),
          afterCacheAccess: async ({ tokenCache, cacheHasChanged }) => {
            if (!cacheHasChanged) return;
            cache.text = tokenCache.serialize();
            cache.changed = true;
          },
        },
      },
    }),
  });
  return { app, faultOf };
}

/**
 * In a browser on this machine: authorization code with PKCE, sent back to an address that only this machine has (RFC 8252).
 *
 * @param show opens the page
 * @throws Fault when the person does not, or may not: when their time is over at the latest
 */
export async function signInByBrowser(
  place: Place,
  show: (url: string) => void,
  patience = PATIENCE,
): Promise<SignedIn> {
  const { app, faultOf } = await openMsal(place);
  const over = new AbortController();
  const late = Promise.withResolvers<never>();
  try {
    const acquired = app.acquireTokenInteractive({
      scopes: [...place.scopes],
      prompt: "select_account",
      successTemplate: DONE,
      errorTemplate: NOT_DONE,
      openBrowser: async (url) => {
        giveUp(url, patience, over.signal).catch(late.reject);
        show(url);
      },
    });
    return signedIn(app, await Promise.race([acquired, late.promise]));
  } catch (error) {
    throw faultOf(error);
  } finally {
    over.abort();
  }
}

/**
 * MSAL waits for ever: so what it waits for comes from here. Where that does not end it, because its listener has gone or somebody
 * else's is there, this does.
 *
 * @throws Fault that nobody has signed in, when the time is over and MSAL has not ended
 */
async function giveUp(
  url: string,
  { pageMs, settleMs }: Patience,
  signal: AbortSignal,
): Promise<never> {
  await pause(pageMs, undefined, { signal });
  const nobody = `Nobody has signed in within ${Math.ceil(pageMs / 60_000)} minutes.`;
  try {
    const { searchParams } = new URL(url);
    const page = new URL(searchParams.get("redirect_uri") ?? "");
    page.hostname = LOOPBACK;
    await fetch(page, {
      method: "POST",
      body: new URLSearchParams({
        error: "timed_out",
        error_description: nobody,
        state: searchParams.get("state") ?? "",
      }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(settleMs)]),
    });
    await pause(settleMs, undefined, { signal });
  } catch (cause) {
    throw new Fault(EXIT.denied, nobody, { cause });
  }
  throw new Fault(EXIT.denied, nobody);
}

/**
 * On any other device, with a code that is typed there (RFC 8628).
 *
 * @param say tells the person where and which
 * @throws Fault when the directory has no such thing, or the person does not
 */
export async function signInByDevice(place: Place, say: (line: string) => void): Promise<SignedIn> {
  if (place.metadata.device_authorization_endpoint === undefined)
    throw new Fault(
      EXIT.usage,
      `${new URL(place.authority).host} signs nobody in by device code: Azure AD B2C has none. Sign in with a browser, or bring the token from a machine that has one: latchkey sign-in --print.`,
    );
  const { app, faultOf } = await openMsal(place);
  try {
    const result = await app.acquireTokenByDeviceCode({
      scopes: [...place.scopes],
      deviceCodeCallback: ({ message }) => say(message),
    });
    return signedIn(app, result);
  } catch (error) {
    throw faultOf(error);
  }
}

function signedIn(app: PublicClientApplication, result: AuthenticationResult | null): SignedIn {
  if (!result?.account) throw new Error("The authority signed nobody in.");
  const { accessToken, expiresOn, account } = result;
  return {
    accessToken,
    expiresAt: expiresOn ?? undefined,
    name: account.name ?? account.username,
    cache: app.getTokenCache().serialize(),
  };
}

/**
 * A token of the person who is signed in, renewed where it is about to end.
 *
 * @param keep told what has been renewed
 * @throws Fault `denied` when the person has to sign in again
 */
export async function renewed(kept: Kept, keep: (kept: Kept) => Promise<void>): Promise<Bearer> {
  const cache = { text: kept.cache, changed: false };
  const { app, faultOf } = await openMsal(kept.place, cache);
  const [account] = await app.getAllAccounts();
  if (!account) throw new Fault(EXIT.denied, "Not signed in any more: latchkey sign-in again.");
  try {
    const result = await app.acquireTokenSilent({ account, scopes: [...kept.place.scopes] });
    if (cache.changed) await keep({ ...kept, cache: cache.text });
    return { accessToken: result.accessToken, expiresAt: result.expiresOn ?? undefined };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.exit !== EXIT.denied) throw fault;
    throw new Fault(
      EXIT.denied,
      `${kept.name} has to sign in again: latchkey sign-in.\n${fault.message}`,
    );
  }
}
