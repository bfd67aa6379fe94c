import type { EndingCredential } from "./credential.ts";
import type { SecretRecord } from "./secret-record.ts";

/** What is recorded of a credential that the directory shows and nobody here has made. */
export const recordFound = (
  subscription: string,
  clientId: string,
  credential: EndingCredential,
): SecretRecord => ({
  subscription,
  clientId,
  keyId: credential.keyId,
  ...("kind" in credential && {
    kind: credential.kind,
    certificate: { thumbprint: credential.thumbprint },
  }),
  displayName: credential.displayName,
  createdAt: credential.createdAt,
  expiresAt: credential.expiresAt,
  source: "directory",
  told: [],
});
