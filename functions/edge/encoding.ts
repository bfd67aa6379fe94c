export const ENCODINGS = ["br", "gzip", "identity"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The smallest form that the caller takes; `q=0` refuses one (RFC 9110, 12.5.3). */
export function bestEncoding(accept: string | null): Encoding {
  const offered = (accept ?? "").toLowerCase().split(",");
  const taken = offered
    .map((item) => item.trim().split(/\s*;\s*/))
    .filter(([, quality]) => !/^q=0(\.0*)?$/.test(quality ?? ""))
    .map(([name]) => name);
  return ENCODINGS.find((name) => taken.includes(name)) ?? "identity";
}
