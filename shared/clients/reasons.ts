/** What a client operation may answer instead of doing its work. Foreign and unknown ids are one and the same. */
export type ClientRefusal =
  | { readonly reason: "not-found" }
  | { readonly reason: "precondition-failed"; readonly etag: string }
  | { readonly reason: "client-busy"; readonly retryAfterSeconds: number }
  /** The directory does not keep the deleted client any more. */
  | { readonly reason: "client-gone" }
  /** What is stopped gets no new secret. `because`: the reason that the customer is shown. */
  | { readonly reason: "client-suspended"; readonly because: string }
  /** An operator has stopped it, alone or with its whole subscription: not the customer's to change. */
  | { readonly reason: "stopped-by-operator"; readonly because: string }
  /** An operator has stopped the whole subscription: its clients are resumed with it. */
  | { readonly reason: "subscription-suspended"; readonly because: string }
  /** It has its consent, and no other credential that works and stays. */
  | { readonly reason: "last-secret" }
  | RefusedByDirectory;

/** What the directory refuses for good, as a caller is told of it. The change is not made, and nothing of it is left. */
export type RefusedByDirectory =
  | { readonly reason: "name-not-allowed" }
  | { readonly reason: "directory-full" }
  /** The registration is there, and the backend may not change it: it is no longer its owner. */
  | { readonly reason: "client-not-managed" }
  | { readonly reason: "forbidden-by-policy" }
  | { readonly reason: "directory-refused" };
