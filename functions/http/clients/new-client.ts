/** What any client can be refused for, by whichever route it is asked for. */
export const NEW_CLIENT_PROBLEMS = [
  "client-limit-reached",
  "subscription-blocked",
  "deleted-limit-reached",
  "rate-limited",
  "share-used-up",
  "request-in-progress",
  "idempotency-key-reused",
  "name-not-allowed",
  "forbidden-by-policy",
  "directory-full",
  "directory-throttled",
] as const;
