/** What a client operation may answer instead of doing its work. Foreign and unknown ids are one and the same. */
export type ClientRefusal =
  | { readonly reason: "not-found" }
  | { readonly reason: "precondition-failed"; readonly etag: string }
  | { readonly reason: "client-busy"; readonly retryAfterSeconds: number };
