import { describe, expect, it } from "vitest";
import { parseNcrontab } from "../../../infra/local/host/ncrontab.ts";

const next = (expression: string, after: string): string =>
  new Date(parseNcrontab(expression)(Date.parse(after))).toISOString();

describe("next occurrence, strictly later, in UTC", () => {
  it.each([
    ["*/10 * * * * *", "2026-01-31T12:00:00.000Z", "2026-01-31T12:00:10.000Z"],
    ["*/10 * * * * *", "2026-01-31T12:00:09.999Z", "2026-01-31T12:00:10.000Z"],
    ["0 * * * * *", "2026-12-31T23:59:00.001Z", "2027-01-01T00:00:00.000Z"],
    ["0 30 9 * * Mon-Fri", "2026-11-20T09:30:00.000Z", "2026-11-23T09:30:00.000Z"],
    ["0 0 0 29 2 *", "2026-01-01T00:00:00.000Z", "2028-02-29T00:00:00.000Z"],
    ["0 0 0 31 * *", "2026-02-01T00:00:00.000Z", "2026-03-31T00:00:00.000Z"],
    ["0 0 12 1 jan,jul *", "2026-02-01T00:00:00.000Z", "2026-07-01T12:00:00.000Z"],
    ["0 5/20 * * * *", "2026-02-01T00:30:00.000Z", "2026-02-01T00:45:00.000Z"],
    ["15 10 * * *", "2026-02-01T00:00:00.000Z", "2026-02-01T10:15:00.000Z"],
  ])("%s after %s is %s", (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });
});

it.each(["", "* * * *", "60 * * * * *", "* * * * * Foo", "*/0 * * * * *", "a * * * * *"])(
  "refuses %j",
  (expression) => {
    expect(() => parseNcrontab(expression)).toThrow("was not recognized");
  },
);

it("says when a schedule never comes", () => {
  expect(() => next("0 0 0 31 2 *", "2026-01-01T00:00:00Z")).toThrow("never comes");
});
