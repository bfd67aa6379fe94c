export const ENCODINGS = ["br", "gzip", "identity"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The smallest form that the caller takes; `q=0` refuses one (RFC 9110, 12.5.3). */
export function bestEncoding(accept: string | null): Encoding {
  const offered = (accept ?? "").toLowerCase().split(",");
  const taken = offered
    .map((item) => item.split(";").map((part) => part.trim()))
    .filter(([, quality]) => !/^q=0(\.0*)?$/.test(quality ?? ""))
    .map(([name]) => name);
  return ENCODINGS.find((name) => taken.includes(name)) ?? "identity";
}

/** How much a media type that `Accept` names is wanted, from 0 to 1; nothing: it is not named. */
export function qualityOf(accept: string | null, mediaType: string): number | undefined {
  for (const item of (accept ?? "").toLowerCase().split(",")) {
    const [name, ...parameters] = item.split(";").map((part) => part.trim());
    if (name !== mediaType) continue;
    const [, quality] =
      parameters.map((one) => /^q=([01](?:\.\d{0,3})?)$/.exec(one)).find(Boolean) ?? [];
    return Math.min(1, Number(quality ?? 1));
  }
  return undefined;
}
