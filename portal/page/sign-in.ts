import {
  type AccountInfo,
  CacheLookupPolicy,
  LogLevel,
  PublicClientApplication,
} from "@azure/msal-browser";
import type { SignInConfig } from "./config.ts";

/** One person's session with the configured authority. Tokens stay in this tab's session storage and end with it. */
export interface Session {
  readonly name: () => string | undefined;
  /** Leaves the page; it comes back signed in. */
  readonly signIn: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  readonly accessToken: (refresh: boolean) => Promise<string>;
}

/** @throws what the library says when the authority's answer is refused */
export async function openSession(config: SignInConfig): Promise<Session> {
  const scopes = [...config.scopes];
  // The authority knows the page and not its requests: it sends back there, and the library goes on to where one was.
  const here = `${location.origin}${location.pathname.replace(/\/[0-9a-f-]{36}$/, "")}`;
  const app = new PublicClientApplication({
    auth: {
      clientId: config.clientId,
      authority: config.authority,
      knownAuthorities: [new URL(config.authority).host],
      ...(config.metadata && { authorityMetadata: JSON.stringify(config.metadata) }),
      redirectUri: here,
      postLogoutRedirectUri: here,
    },
    cache: { cacheLocation: "sessionStorage" },
    system: { loggerOptions: { logLevel: LogLevel.Error, piiLoggingEnabled: false } },
  });
  await app.initialize();
  const returned = await app.handleRedirectPromise();
  // Customers and operators sign in to registrations of their own; an account of the other one is no use here.
  const kept = app
    .getAllAccounts()
    .find(({ idTokenClaims }) => idTokenClaims?.aud === config.clientId);
  const account: AccountInfo | undefined = returned?.account ?? kept;

  return {
    name: () => account?.name ?? account?.username,
    signIn: () => app.loginRedirect({ scopes, prompt: "select_account" }),
    signOut: () => app.logoutRedirect(account ? { account } : {}),
    accessToken: async (refresh) => {
      if (!account) throw new Error("Nobody is signed in");
      const { accessToken } = await app.acquireTokenSilent({
        scopes,
        account,
        forceRefresh: refresh,
        // No hidden frames: what a refresh token cannot do, the person does by signing in.
        cacheLookupPolicy: refresh
          ? CacheLookupPolicy.RefreshToken
          : CacheLookupPolicy.AccessTokenAndRefreshToken,
      });
      return accessToken;
    },
  };
}
