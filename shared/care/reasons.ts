/** Why a person cannot be told by mail. */
export type WatchRefusal =
  | { readonly reason: "no-verified-email" }
  /** No mail service is set, or no key for the addresses in letters. */
  | { readonly reason: "mail-not-set-up" };
