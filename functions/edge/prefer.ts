/** Longest `wait` that is honoured, in seconds. Azure ends a request's connection after 230 s. */
export const MAX_WAIT_SECONDS = 60;

/**
 * `wait` of a `Prefer` header (RFC 7240): how many seconds the caller would wait for more. A preference is never a reason to
 * refuse: what is not understood is passed over, more than may be had becomes what may be. The first of several counts.
 */
export function preferredWait(header: string | null): number | undefined {
  const [, token, quoted] =
    /(?:^|,)\s*wait\s*=\s*(?:(\d+)|"(\d+)")\s*(?=[;,]|$)/i.exec(header ?? "") ?? [];
  const seconds = Number(token ?? quoted ?? 0);
  return seconds > 0 ? Math.min(seconds, MAX_WAIT_SECONDS) : undefined;
}

export const preferenceApplied = (waitSeconds: number): Readonly<Record<string, string>> => ({
  "preference-applied": `wait=${waitSeconds}`,
});
