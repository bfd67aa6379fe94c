import { describe, expect, test } from "vitest";
import { EXPIRED, nextDue } from "../../../shared/care/due.ts";
import { parseReminders } from "../../../shared/care/reminders.ts";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import { aSecretRecord, later } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
const reminders = parseReminders("P30D,P14D,P7D,P1D");
const days = (count: number) => later(count * DAY_MS);
/** Made at noon, for ninety days. */
const due = (changes: Partial<SecretRecord> = {}) => {
  const record = aSecretRecord({ expiresAt: days(90), ...changes });
  const { what, threshold, at } = nextDue(record, reminders) ?? {};
  return [what, threshold, at];
};

describe("what is due next of a secret", () => {
  test("is each reminder in turn, whether its time has come or not, and that it has expired", () => {
    const told = ["P30D", "P14D", "P7D", "P1D", EXPIRED];
    const turns = told.map((_, count) => due({ told: told.slice(0, count) }));

    expect(turns).toEqual([
      ["reminder", "P30D", days(60)],
      ["reminder", "P14D", days(76)],
      ["reminder", "P7D", days(83)],
      ["reminder", "P1D", days(89)],
      ["expired", "", days(90)],
    ]);
    expect(due({ told })).toEqual([undefined, undefined, undefined]);
    expect(due({ told: [EXPIRED] })).toEqual([undefined, undefined, undefined]);
  });

  test("is no reminder whose time had come when it was made", () => {
    expect(due({ expiresAt: days(14) })).toEqual(["reminder", "P7D", days(7)]);
    expect(due({ expiresAt: later(1, days(14)) })).toEqual(["reminder", "P14D", later(1)]);
    expect(due({ expiresAt: later(1000) })).toEqual(["expired", "", later(1000)]);
  });

  test("is the retirement alone of one that retires", () => {
    expect(due({ retiresAt: days(1) })).toEqual(["retirement", "", days(1)]);
    expect(due({ retiresAt: days(1), told: [EXPIRED] })).toEqual(["retirement", "", days(1)]);
  });

  test("waits for the end of a snooze, but for its expiry", () => {
    expect(due({ snoozedUntil: days(70) })).toEqual(["reminder", "P30D", days(70)]);
    expect(due({ snoozedUntil: days(59) })).toEqual(["reminder", "P30D", days(60)]);
    expect(due({ snoozedUntil: days(90) })).toEqual(["expired", "", days(90)]);
  });

  test("is its expiry where nobody wants reminders", () => {
    expect(nextDue(aSecretRecord({ expiresAt: days(2) }), parseReminders(""))).toEqual({
      what: "expired",
      threshold: "",
      at: days(2),
    });
  });
});

test.each([
  ["soon", "ISO 8601"],
  ["P30D,P0D", "ISO 8601"],
  ["P1M", "ISO 8601"],
  ["P7D,P7D", "once"],
])("reminders are not written like %s", (text, complaint) => {
  expect(() => parseReminders(text)).toThrow(complaint);
});

test("reminders are read with what they are called and how long before they come", () => {
  expect(parseReminders(" P1D, PT12H ")).toEqual([
    { name: "P1D", beforeMs: DAY_MS },
    { name: "PT12H", beforeMs: DAY_MS / 2 },
  ]);
});
