import type { FederatedCredential } from "../credential.ts";

export type FederatedRefusal =
  | { readonly reason: "federated-not-found" }
  | {
      readonly reason: "federated-exists";
      /** What the other one has alike. */
      readonly alike: "name" | "trust";
      readonly credential: FederatedCredential;
    }
  | {
      readonly reason: "federated-limit-reached";
      readonly limit: number;
      readonly credentials: readonly FederatedCredential[];
    }
  /** The directory does not take this name, issuer, subject or audience, and does not say why in words that are known. */
  | { readonly reason: "federated-not-allowed" };
