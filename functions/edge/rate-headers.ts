import type { Rate } from "../../shared/base/observation.ts";

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): structured lists of what is counted, by name, with
 * quota and window, and what is left of it until when. Hints: others' share of the directory may stop a caller earlier.
 */
export function rateHeaders(rates: readonly Rate[]): Readonly<Record<string, string>> {
  if (rates.length === 0) return {};
  return {
    "ratelimit-policy": rates.map(({ policy, limit }) => `"${policy}";q=${limit};w=60`).join(", "),
    ratelimit: rates
      .map(({ policy, remaining, resetSeconds }) => `"${policy}";r=${remaining};t=${resetSeconds}`)
      .join(", "),
  };
}
