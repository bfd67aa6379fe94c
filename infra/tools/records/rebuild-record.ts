import type { ClientRecord, Role } from "../../../shared/clients/client.ts";
import type { EndingCredential } from "../../../shared/clients/credential.ts";
import type { Calendar } from "../../../shared/consent/clock/calendar.ts";
import { type ConsentCase, openCase } from "../../../shared/consent/consent-case.ts";
import { requestConsent } from "../../../shared/consent/request-consent.ts";

/** A client as the directory alone knows it: what its registration and its tags say. */
export interface TaggedClient {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly createdAt: Date;
  /** When it was found to get no tokens. */
  readonly stoppedAt?: Date;
  readonly subscription: string;
  readonly operationId: string;
  readonly roles: readonly Role[];
  readonly secrets: readonly EndingCredential[];
}

/** What is granted to a client's service principal. */
export interface Grant {
  readonly principalId: string;
  readonly roles: readonly Role[];
  /** When the last of the roles was granted. */
  readonly at: Date;
}

/** Who asked is in no tag, and why a client was stopped in none either. */
const UNKNOWN = "unknown (rebuilt)";

/**
 * The record and the consent case that follow from the directory. The directory does not remember refusals: what was
 * rejected or revoked waits again, and so does what was never decided.
 */
export function rebuildRecord(
  { secrets: _, stoppedAt, ...client }: TaggedClient,
  grant: Grant | undefined,
  promise: { readonly slaMs: number; readonly calendar: Calendar },
): { readonly record: ClientRecord; readonly listed: ConsentCase } {
  const asked = requestConsent(client.createdAt, promise);
  const granted = grant && client.roles.every((role) => grant.roles.includes(role));
  const record: ClientRecord = {
    ...client,
    revision: 1,
    consent: granted ? { ...asked, state: "granted", decidedAt: grant.at } : asked,
    // A customer could undo a stop that is taken for their own.
    ...(stoppedAt && { suspended: { by: "operator", reason: UNKNOWN, at: stoppedAt } }),
  };
  return { record, listed: rebuildCase(record, grant) };
}

/** The case of a client as its record has it: its state there is what every list is held against. */
export function rebuildCase(record: ClientRecord, grant: Grant | undefined): ConsentCase {
  const requestedBy = record.requester?.displayName ?? record.requester?.subject;
  const { clock, ...opened } = openCase(record, requestedBy ?? UNKNOWN);
  switch (record.consent.state) {
    case "pending":
      return { ...opened, ...(clock && { clock }) };
    case "granted":
      return { ...opened, grant: grant ? { principalId: grant.principalId } : {} };
    default:
      return opened;
  }
}
