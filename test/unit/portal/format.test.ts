import { describe, expect, it } from "vitest";
import { formatFor } from "../../../portal/elements/shared/format.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

describe("times in words", () => {
  it.each([
    ["en", 24 * HOUR, "24 hours"],
    ["en", 1.5 * HOUR, "90 minutes"],
    ["en", 20 * SECOND, "20 seconds"],
    ["en", 2 * DAY, "2 days"],
    ["en", 12.3 * DAY, "12 days"],
    ["en", 364.9 * DAY, "365 days"],
    ["en", -5, "0 seconds"],
    ["de-DE", 24 * HOUR, "24 Stunden"],
    ["de-DE", HOUR, "1 Stunde"],
  ])("%s: %d ms are %s", (language, milliseconds, words) => {
    expect(formatFor(language).words(milliseconds)).toBe(words);
  });
});

describe("a countdown", () => {
  it.each([
    ["en", 23 * HOUR + 41 * 60 * SECOND + 59 * SECOND, "23h 41m"],
    ["en", 47 * HOUR, "47h 0m"],
    ["en", 50 * HOUR, "2d 2h"],
    ["en", 61 * SECOND, "1m 1s"],
    ["en", 999, "0s"],
    ["de", 90 * 60 * SECOND, "1 Std. 30 Min."],
  ])("%s: %d ms are %s", (language, milliseconds, text) => {
    expect(formatFor(language).countdown(milliseconds)).toBe(text);
  });
});
