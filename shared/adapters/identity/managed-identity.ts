import type { TokenCredential } from "@azure/identity";
import { timeLeftMs } from "../../base/deadline.ts";
import { loadSoon } from "../load-soon.ts";
import { within } from "./within.ts";

type Sdk = typeof import("./sdk.ts");

/** No token within this is no token: the SDKs themselves would wait for ever. */
export const TOKEN_TIMEOUT_MS = 5_000;

export interface RenewableCredential extends TokenCredential {
  /** The next token comes from a new instance of the SDK's credential, which remembers neither tokens nor failures. */
  forget(): void;
}

/**
 * A credential whose SDK, a third of all that this service loads, is loaded apart from the rest. It waits 5 s at most, and no
 * longer than the caller's deadline or signal. After a failure it begins anew: MSAL remembers a failed token request for a
 * minute, in which it asks nobody and fails again.
 */
export function credentialOf(make: (sdk: Sdk) => TokenCredential): RenewableCredential {
  let current: TokenCredential | undefined;
  const load = () => import("./sdk.ts");
  // Made once as soon as the app is up: a credential that is set up wrongly must not wait for the first request.
  const started = loadSoon(async () => {
    current ??= make(await load());
  });
  return {
    forget: () => {
      current = undefined;
    },
    getToken: async (scopes, options) => {
      await started();
      current ??= make(await load());
      const used = current;
      try {
        const ask = () => used.getToken(scopes, options);
        return await within(timeLeftMs(TOKEN_TIMEOUT_MS), ask, options?.abortSignal);
      } catch (error) {
        if (current === used) current = undefined;
        throw error;
      }
    },
  };
}

/** @param clientId of a user-assigned identity; the system's own without it */
export const managedIdentity = (clientId: string | undefined): RenewableCredential =>
  credentialOf((sdk) => new sdk.ManagedIdentityCredential(clientId ? { clientId } : {}));
