import type { Secret } from "../../clients/secret.ts";
import type { SecretRecord } from "../../clients/secret-record.ts";
import type { UnderWay } from "../admission/operation.ts";

/** What the service keeps of a secret that it has made. */
export const secretRecordOf = (
  { subscription, by }: Pick<UnderWay, "subscription" | "by">,
  clientId: string,
  { keyId, displayName, createdAt, expiresAt }: Secret,
): SecretRecord => ({
  subscription,
  clientId,
  keyId,
  displayName,
  createdAt,
  expiresAt,
  createdBy: by.actor,
  source: "service",
  told: [],
});
