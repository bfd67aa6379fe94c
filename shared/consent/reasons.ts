import type { ConsentState } from "../clients/consent.ts";

/** What an operator's decision may meet instead of being carried out. */
export type ConsentRefusal =
  | { readonly reason: "consent-not-found" }
  | { readonly reason: "consent-already-decided"; readonly state: ConsentState }
  | { readonly reason: "grant-not-enabled" };
