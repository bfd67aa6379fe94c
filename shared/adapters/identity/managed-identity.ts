import type { TokenCredential } from "@azure/identity";
import { loadSoon } from "../load-soon.ts";

type Sdk = typeof import("./sdk.ts");

/** A credential whose SDK, a third of all that this service loads, is loaded apart from the rest. */
export function credentialOf(make: (sdk: Sdk) => TokenCredential): TokenCredential {
  const credential = loadSoon(async () => make(await import("./sdk.ts")));
  return {
    getToken: async (scopes, options) => (await credential()).getToken(scopes, options),
  };
}

/** @param clientId of a user-assigned identity; the system's own without it */
export const managedIdentity = (clientId: string | undefined): TokenCredential =>
  credentialOf((sdk) => new sdk.ManagedIdentityCredential(clientId ? { clientId } : {}));
