import { expect, test } from "vitest";
import {
  hasAnother,
  heldOf,
  isKnownGone,
  isLeaving,
  MOST_KNOWN,
  retirementOf,
  retiringOf,
  snoozeOf,
  withoutSecret,
  withRetirement,
  withSecret,
  withSnooze,
} from "../../../shared/clients/known-secrets.ts";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

const aSecret = (days = 30) => ({ keyId: newId(), expiresAt: later(days * 86_400_000) });

test("a secret is known until it has gone, and as gone for as long as a directory may be late", () => {
  const [kept, gone] = [aSecret(), aSecret()];
  const both = withSecret(withSecret(aRecord(), kept, NOON), gone, NOON);
  const after = withoutSecret(both, gone.keyId.toUpperCase(), NOON);

  expect(heldOf(after)).toEqual([kept]);
  expect(after.secrets).toHaveLength(2);
  expect(hasAnother(after, gone.keyId, NOON)).toBe(true);
  expect(hasAnother(after, kept.keyId, NOON)).toBe(false);
  expect(withSecret(after, aSecret(), later(LATE_FOR_MS)).secrets).toHaveLength(2);
});

test("one that retires is known to, soonest first, until it stays after all", () => {
  const [first, second] = [aSecret(), aSecret()];
  const one = withRetirement(aRecord(), second, later(2), NOON);
  const two = withRetirement(one, first, later(1), NOON);

  expect(retiringOf(aRecord())).toEqual([]);
  const three = withRetirement(two, aSecret(), later(3), NOON);
  expect(retiringOf(three).map(({ retiresAt }) => retiresAt)).toEqual(
    [1, 2, 3].map((ms) => later(ms)),
  );
  expect(retiringOf(two).map(({ keyId }) => keyId)).toEqual([first.keyId, second.keyId]);
  expect(retirementOf(two, first.keyId)).toEqual(later(1));
  const stays = withRetirement(two, first, undefined, NOON);
  expect(retirementOf(stays, first.keyId)).toBeUndefined();
  expect(retirementOf(withoutSecret(two, first.keyId, NOON), first.keyId)).toBeUndefined();
});

test("one of which nobody is reminded for a while is known to, whatever else becomes of it", () => {
  const secret = aSecret();
  const snoozed = withSnooze(aRecord(), secret, later(5), NOON);
  expect(snoozeOf(snoozed, secret.keyId.toUpperCase())).toEqual(later(5));

  const retiring = withRetirement(snoozed, secret, later(2), NOON);
  expect(retirementOf(withSnooze(retiring, secret, later(6), NOON), secret.keyId)).toEqual(
    later(2),
  );
  const stays = withRetirement(retiring, secret, undefined, NOON);
  expect(snoozeOf(stays, secret.keyId)).toEqual(later(5));
  expect(snoozeOf(withSnooze(stays, secret, undefined, NOON), secret.keyId)).toBeUndefined();
  expect(snoozeOf(withoutSecret(stays, secret.keyId, NOON), secret.keyId)).toBeUndefined();
});

test("a row has room for them however many there are: those that retire are kept, then those that live longest", () => {
  const retiring = aSecret(1);
  let record = withRetirement(aRecord(), retiring, later(1), NOON);
  for (let days = 2; days <= MOST_KNOWN + 2; days += 1)
    record = withSecret(record, aSecret(days), NOON);

  expect(record.secrets).toHaveLength(MOST_KNOWN);
  expect(retirementOf(record, retiring.keyId)).toEqual(later(1));
  const soonest = Math.min(
    ...heldOf(record)
      .slice(1)
      .map(({ expiresAt }) => expiresAt.getTime()),
  );
  expect(soonest).toBe(later(4 * 86_400_000).getTime());
  expect(JSON.stringify(record.secrets).length).toBeLessThan(32_000);
});

test("a certificate is known as one, and is no secret that retires", () => {
  const certificate = { ...aSecret(), kind: "certificate" as const };
  const known = { keyId: certificate.keyId, expiresAt: certificate.expiresAt, kind: "certificate" };

  const held = withSecret(aRecord(), certificate, NOON);
  expect(held.secrets).toEqual([known]);
  const retiring = withRetirement(held, certificate, later(1), NOON);
  expect(retiring.secrets).toEqual([{ ...known, retiresAt: later(1) }]);
  expect(retiringOf(retiring)).toEqual([]);
});

test("a secret that nobody knew of is known as gone once it is removed", () => {
  const keyId = newId();
  const record = withoutSecret(aRecord(), keyId, NOON);

  expect(record.secrets).toEqual([{ keyId, expiresAt: NOON, goneAt: NOON }]);
  expect([isKnownGone(record, keyId), isLeaving(record, keyId)]).toEqual([true, true]);
  expect([isKnownGone(record, newId()), isLeaving(record, newId())]).toEqual([false, false]);
  expect([retirementOf(record, newId()), snoozeOf(record, newId())]).toEqual([
    undefined,
    undefined,
  ]);
});

test("another one counts only if it works now, stays, and is not the same in other letters", () => {
  const one = aSecret();
  const record = withSecret(aRecord(), one, NOON);
  const beside = (other: ReturnType<typeof aSecret>, retiresAt?: Date) =>
    hasAnother(withRetirement(record, other, retiresAt, NOON), one.keyId, NOON);

  expect(hasAnother(record, one.keyId.toUpperCase(), NOON)).toBe(false);
  expect(beside(aSecret())).toBe(true);
  expect(beside(aSecret(0))).toBe(false);
  expect(beside(aSecret(), later(1))).toBe(false);
});
