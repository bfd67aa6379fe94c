/** Whoever asks for longer may be back by then: one maintenance page must not silence a channel for days, or for ever. */
const LONGEST_SECONDS = 3_600;

/** Seconds of a `Retry-After` (RFC 9110, 10.2.3): a number of them, or a date. Nothing: it says none that is still to come. An hour at most. */
export function retryAfterSeconds(
  value: string | null | undefined,
  now = Date.now(),
): number | undefined {
  if (value === null || value === undefined || value.trim() === "") return undefined;
  const seconds = /^\d+$/.test(value.trim())
    ? Number(value)
    : Math.ceil((Date.parse(value) - now) / 1000);
  return seconds > 0 ? Math.min(seconds, LONGEST_SECONDS) : undefined;
}
