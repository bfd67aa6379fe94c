import type { Secret } from "./secret.ts";

/** The client has no such credential. */
export type CredentialMissing =
  | { readonly reason: "secret-not-found" }
  | { readonly reason: "certificate-not-found" };

export const missingOf = (kind: "certificate" | undefined): CredentialMissing =>
  kind ? { reason: "certificate-not-found" } : { reason: "secret-not-found" };

export type CertificateRefusal =
  | { readonly reason: "certificate-not-found" }
  /** The client has this very certificate under this id. */
  | { readonly reason: "certificate-held"; readonly keyId: string }
  | { readonly reason: "certificate-limit-reached" }
  | LongerThanAllowed<"certificate-forbidden-by-policy">;

export type SecretRefusal =
  | CredentialMissing
  | {
      readonly reason: "secret-limit-reached";
      readonly limit: number;
      /** Those that hold the places, soonest to expire first: one must go. */
      readonly secrets: readonly Secret[];
    }
  | LongerThanAllowed<"secret-forbidden-by-policy">;

/** It would live longer than a policy of the directory allows. */
interface LongerThanAllowed<Reason extends string> {
  readonly reason: Reason;
  /** So many whole days are; nothing where the service may not read the policy. */
  readonly longestDays?: number;
}
