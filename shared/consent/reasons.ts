import type { ConsentState } from "../clients/consent.ts";
import type { ShownCase } from "./consent-case.ts";

/** What an operator's decision may meet instead of being carried out. */
export type ConsentRefusal =
  | { readonly reason: "consent-not-found" }
  | { readonly reason: "consent-already-decided"; readonly state: ConsentState }
  /** It is not what was shown to whoever decided: renamed or decided meanwhile. */
  | { readonly reason: "consent-changed"; readonly current: ShownCase }
  | { readonly reason: "consent-not-granted"; readonly state: ConsentState }
  | { readonly reason: "grant-not-enabled" }
  | { readonly reason: "revoke-not-enabled" };
