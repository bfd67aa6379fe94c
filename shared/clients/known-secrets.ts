import type { ClientRecord } from "./client.ts";
import { type EndingCredential, kindOf } from "./credential.ts";
import { LATE_FOR_MS } from "./late.ts";

/**
 * What a client's own record says of its secrets, so that a change and a list know it without another read. A copy, and not of
 * all: secrets from before it was kept are missing, and those that were made in the directory. So it is believed where it says
 * that something is there, and never where it does not.
 */
export interface KnownSecret {
  readonly keyId: string;
  /** A secret where it is left out. */
  readonly kind?: "certificate";
  readonly expiresAt: Date;
  /** When it is removed, for another one has taken its place. */
  readonly retiresAt?: Date;
  /** Nobody is reminded of its end before then. */
  readonly snoozedUntil?: Date;
  /** It was removed: a directory that is late may show it still. */
  readonly goneAt?: Date;
}

/** More are not kept: a row of the table has 64 KiB for them. Of an audience that holds but two secrets there are never so many. */
export const MOST_KNOWN = 100;

const without = ({ secrets = [] }: ClientRecord, keyId: string): KnownSecret[] =>
  secrets.filter((secret) => !isSameKey(secret.keyId, keyId));

export const isSameKey = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const withSecret = (record: ClientRecord, secret: Ending, at: Date): ClientRecord =>
  keep(record, [...without(record, secret.keyId), endingOf(secret)], at);

/** A credential of any kind that ends, as much as is kept of it. */
type Ending = Pick<EndingCredential, "keyId" | "expiresAt">;

const endingOf = (secret: Ending): KnownSecret => ({
  keyId: secret.keyId,
  expiresAt: secret.expiresAt,
  ...(kindOf(secret) === "certificate" && { kind: "certificate" }),
});

/** @param at when it was removed */
export function withoutSecret(record: ClientRecord, keyId: string, at: Date): ClientRecord {
  const gone = known(record, keyId);
  const expiresAt = gone?.expiresAt ?? at;
  return keep(record, [...without(record, keyId), { keyId, expiresAt, goneAt: at }], at);
}

/** @param retiresAt nothing: it stays */
export function withRetirement(
  record: ClientRecord,
  secret: Ending,
  retiresAt: Date | undefined,
  at: Date,
): ClientRecord {
  const { snoozedUntil } = known(record, secret.keyId) ?? {};
  const retiring = {
    ...endingOf(secret),
    ...(retiresAt && { retiresAt }),
    ...(snoozedUntil && { snoozedUntil }),
  };
  return keep(record, [...without(record, secret.keyId), retiring], at);
}

/** @param until nothing: reminders come as they are set */
export function withSnooze(
  record: ClientRecord,
  ending: Ending,
  until: Date | undefined,
  at: Date,
): ClientRecord {
  const { snoozedUntil: _, ...secret } = known(record, ending.keyId) ?? endingOf(ending);
  const next = { ...secret, ...(until && { snoozedUntil: until }) };
  return keep(record, [...without(record, ending.keyId), next], at);
}

/** What is left out first: what has gone for long enough, then what ends soonest and is not retiring. */
function keep(record: ClientRecord, secrets: readonly KnownSecret[], at: Date): ClientRecord {
  const current = secrets.filter(
    ({ goneAt }) => goneAt === undefined || at.getTime() - goneAt.getTime() < LATE_FOR_MS,
  );
  const rank = ({ retiresAt, expiresAt }: KnownSecret) =>
    retiresAt ? Number.POSITIVE_INFINITY : expiresAt.getTime();
  const most = current.toSorted((a, b) => rank(b) - rank(a)).slice(0, MOST_KNOWN);
  return { ...record, secrets: current.filter((secret) => most.includes(secret)) };
}

const known = ({ secrets = [] }: ClientRecord, keyId: string): KnownSecret | undefined =>
  secrets.find((secret) => isSameKey(secret.keyId, keyId));

/** When a secret that is there will be removed; nothing: not that it is known. */
export const retirementOf = (record: ClientRecord, keyId: string): Date | undefined => {
  const secret = known(record, keyId);
  return secret?.goneAt ? undefined : secret?.retiresAt;
};

/** Until when nobody is reminded of a secret's end, as far as it is known; it may have passed. */
export const snoozeOf = (record: ClientRecord, keyId: string): Date | undefined =>
  known(record, keyId)?.snoozedUntil;

/** Whether it was removed a moment ago. */
export const isKnownGone = (record: ClientRecord, keyId: string): boolean =>
  known(record, keyId)?.goneAt !== undefined;

/** Secrets that are on their way out, soonest first. */
export const retiringOf = ({ secrets = [] }: ClientRecord): readonly KnownSecret[] =>
  secrets
    .filter(({ kind, retiresAt, goneAt }) => !kind && retiresAt && !goneAt)
    .toSorted((a, b) => (a.retiresAt?.getTime() ?? 0) - (b.retiresAt?.getTime() ?? 0));

/** Credentials that are there, as far as it is known. */
export const heldOf = ({ secrets = [] }: ClientRecord): readonly KnownSecret[] =>
  secrets.filter(({ goneAt }) => !goneAt);

/** Other credentials that work now and stay, as far as it is known. */
export const othersOf = (record: ClientRecord, keyId: string, now: Date): readonly KnownSecret[] =>
  heldOf(record).filter(
    (secret) => !isSameKey(secret.keyId, keyId) && !secret.retiresAt && secret.expiresAt > now,
  );

/** Whether the client has another credential that works now and stays, unless somebody has removed it in the directory. */
export const hasAnother = (record: ClientRecord, keyId: string, now: Date): boolean =>
  othersOf(record, keyId, now).length > 0;

/** Whether it is one that a directory which is late may show although it has gone, or that goes soon. */
export const isLeaving = (record: ClientRecord, keyId: string): boolean => {
  const secret = known(record, keyId);
  return secret?.goneAt !== undefined || secret?.retiresAt !== undefined;
};
