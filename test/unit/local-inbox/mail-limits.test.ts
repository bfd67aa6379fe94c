import { expect, test } from "vitest";
import { mailLimits } from "../../../infra/local/inbox/mail-limits.ts";

const MINUTE_MS = 60_000;

test.each([
  ["azure-managed", 5, 10],
  ["custom", 30, 100],
] as const)(
  "a domain that is %s takes %i mails a minute and %i an hour",
  (domain, minute, hour) => {
    const limits = mailLimits();
    const answers = Array.from({ length: minute + 1 }, () => limits.refuse(domain, 0));
    expect(answers).toEqual([...Array.from({ length: minute }, () => undefined), 60]);

    let taken: number = minute;
    for (let at = 2; taken < hour; at += 2)
      for (let mail = 0; mail < minute - 1 && taken < hour; mail += 1)
        if (limits.refuse(domain, at * MINUTE_MS) === undefined) taken += 1;
        else taken = hour;

    expect(limits.refuse(domain, 58 * MINUTE_MS)).toBeGreaterThan(0);
  },
);

test("a refused attempt counts, so that whoever asks all the time waits all the time", () => {
  const limits = mailLimits();
  for (let second = 0; second < 120; second += 10) limits.refuse("azure-managed", second * 1000);

  expect(limits.refuse("azure-managed", 120_000)).toBeGreaterThan(30);
});

test("after a quiet hour all is as at first", () => {
  const limits = mailLimits();
  for (let mail = 0; mail < 12; mail += 1) limits.refuse("azure-managed", mail);

  expect(limits.refuse("azure-managed", 61 * MINUTE_MS)).toBeUndefined();
});
