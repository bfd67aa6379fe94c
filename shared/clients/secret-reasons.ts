import type { Secret } from "./secret.ts";

export type SecretRefusal =
  | { readonly reason: "secret-not-found" }
  | {
      readonly reason: "secret-limit-reached";
      readonly limit: number;
      /** Those that hold the places, soonest to expire first: one must go. */
      readonly secrets: readonly Secret[];
    }
  | { readonly reason: "secret-forbidden-by-policy"; readonly policy: "lifetime" | "type" };
