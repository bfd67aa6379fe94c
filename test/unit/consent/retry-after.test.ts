import { expect, test } from "vitest";
import { retryAfterSeconds } from "../../../shared/adapters/notify/retry-after.ts";

/** The pause that a receiver of alerts, letters or events asks for. */

const NOW = Date.parse("2026-11-23T12:00:00Z");

test.each([
  ["42", 42],
  [" 1 ", 1],
  ["Mon, 23 Nov 2026 12:00:07 GMT", 7],
  ["3600", 3_600],
  ["3601", 3_600],
  ["9".repeat(40), 3_600],
  ["9".repeat(400), 3_600],
  ["Fri, 23 Nov 2096 12:00:00 GMT", 3_600],
  ["0", undefined],
  ["Mon, 23 Nov 2026 11:59:59 GMT", undefined],
  ["-1", undefined],
  ["soon", undefined],
  ["", undefined],
  [null, undefined],
])("%j is a pause of %s seconds", (value, seconds) => {
  expect(retryAfterSeconds(value, NOW)).toBe(seconds);
});
