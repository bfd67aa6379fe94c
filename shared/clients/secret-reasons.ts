import type { Secret } from "./secret.ts";

/** The client has no such credential. */
export type CredentialMissing =
  | { readonly reason: "secret-not-found" }
  | { readonly reason: "certificate-not-found" };

export const missingOf = (of: "certificate" | undefined): CredentialMissing =>
  of ? { reason: "certificate-not-found" } : { reason: "secret-not-found" };

export type CertificateRefusal =
  | { readonly reason: "certificate-not-found" }
  /** The client has this very certificate under this id. */
  | { readonly reason: "certificate-held"; readonly keyId: string }
  | { readonly reason: "certificate-limit-reached" }
  | { readonly reason: "certificate-forbidden-by-policy"; readonly policy: "lifetime" | "type" };

export type SecretRefusal =
  | CredentialMissing
  | {
      readonly reason: "secret-limit-reached";
      readonly limit: number;
      /** Those that hold the places, soonest to expire first: one must go. */
      readonly secrets: readonly Secret[];
    }
  | { readonly reason: "secret-forbidden-by-policy"; readonly policy: "lifetime" | "type" };
