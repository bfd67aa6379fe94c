import type { Secret } from "../../clients/secret.ts";
import type { SecretRecord } from "../../clients/secret-record.ts";

/** What is recorded of a secret that the directory shows and nobody here has made. */
export const recordFound = (
  subscription: string,
  clientId: string,
  { keyId, displayName, createdAt, expiresAt }: Secret,
): SecretRecord => ({
  subscription,
  clientId,
  keyId,
  displayName,
  createdAt,
  expiresAt,
  source: "directory",
  told: [],
});
