import type { EndingCredential } from "../../clients/credential.ts";
import { LATE_FOR_MS } from "../../clients/late.ts";
import type { KnownSecret, SecretRecord } from "../../clients/secret-record.ts";

/** One thing that happened to a secret behind the service's back. */
export type Finding =
  /** `version`: of the row of one that had gone. */
  | { readonly what: "created"; readonly secret: EndingCredential; readonly version?: string }
  | { readonly what: "removed"; readonly record: SecretRecord; readonly version: string }
  /** Another name, or another end. */
  | {
      readonly what: "changed";
      readonly record: SecretRecord;
      readonly secret: EndingCredential;
      readonly version: string;
    };

/**
 * How the directory differs from the records. `late`: it may only be a replica that shows what this service has just made or
 * removed too late.
 */
export function difference(
  known: readonly KnownSecret[],
  shown: readonly EndingCredential[],
  now: Date,
): readonly Finding[] | "late" {
  const isYoung = (at: Date): boolean => now.getTime() - at.getTime() < LATE_FOR_MS;
  const byId = new Map(known.map((one) => [one.keyId, one]));
  const live = new Set(shown.map(({ keyId }) => keyId));
  const findings: Finding[] = [];
  for (const secret of shown) {
    const { record, goneAt, version, illegible } = byId.get(secret.keyId) ?? {};
    if (illegible) continue;
    if (goneAt && isYoung(goneAt)) return "late";
    if (!record) findings.push({ what: "created", secret, ...(version && { version }) });
    else if (version && isOther(record, secret))
      findings.push({ what: "changed", record, secret, version });
  }
  for (const { record, version, keyId } of known) {
    if (!record || live.has(keyId)) continue;
    // What the directory said itself is no news to it; the start of such a one may lie anywhere.
    if (record.source === "service" && isYoung(record.createdAt)) return "late";
    findings.push({ what: "removed", record, version });
  }
  return findings;
}

const isOther = (record: SecretRecord, { displayName, expiresAt }: EndingCredential): boolean =>
  record.displayName !== displayName || record.expiresAt.getTime() !== expiresAt.getTime();
