import { expect, test } from "vitest";
import { preferredWait } from "../../../functions/edge/prefer.ts";

test.each([
  ["wait=30", 30],
  ["WAIT = 5", 5],
  ['respond-async, wait="12"', 12],
  ["return=minimal, wait=7; foo=bar, handling=lenient", 7],
  ["wait=3, wait=50", 3],
  ["wait=61", 60],
  ["wait=99999999999999999999", 60],
])("Prefer: %s waits %i seconds", (header, seconds) => {
  expect(preferredWait(header)).toBe(seconds);
});

test.each([
  null,
  "",
  "wait",
  "wait=",
  "wait=0",
  "wait=-5",
  "wait=soon",
  "wait=1.5",
  "await=5",
  "x-wait=5",
])("Prefer: %s asks for no wait, and is no error", (header) => {
  expect(preferredWait(header)).toBeUndefined();
});
