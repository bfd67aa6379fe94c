import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mailLimits } from "../../../infra/tools/mail/mail-limits.ts";

const OWN = { EMAIL_CONNECTION: "https://mail.example.com", ALERT_EMAIL_FROM: "keys@example.com" };
const MANAGED = { ...OWN, ALERT_EMAIL_FROM: "DoNotReply@abc.azurecomm.net" };
const text = (named: Record<string, string>) => mailLimits(named)?.lines.join("\n");

test("a domain that the deployment makes: what the template says, and what it leaves", () => {
  const made = mailLimits({ EMAIL_ENABLED: "true", EMAIL_PER_HOUR: "" });
  expect(made?.faults).toEqual([]);
  expect(made?.lines).toEqual([
    expect.stringContaining("5 a minute and 10 an hour"),
    expect.stringContaining("2 an hour by mail, then one digest"),
    expect.stringContaining("1 a minute and 3 an hour at most"),
    expect.stringContaining("No ticket raises that"),
  ]);
  const template = readFileSync(
    join(import.meta.dirname, "../../../infra/app/email.bicep"),
    "utf8",
  );
  expect(template).toMatch(/perMinute string = .* '5' .*\n.*perHour string = .* '10' /);
});

test("a domain of one's own: the defaults, or what a ticket has brought", () => {
  expect(text(OWN)).toContain("30 a minute and 100 an hour");
  expect(text(OWN)).toContain("10 an hour by mail");
  expect(text({ ...OWN, EMAIL_PER_HOUR: "40" })).toContain("8 an hour by mail");
  expect(text({ ...OWN, ALERT_BUDGET: "3" })).toContain("3 an hour by mail");
  expect(mailLimits({ ...OWN, EMAIL_PER_MINUTE: "2000" })?.faults).toEqual([]);
  // Verified in the mail service that the deployment has made.
  const inMade = { EMAIL_ENABLED: "true", ALERT_EMAIL_FROM: OWN.ALERT_EMAIL_FROM };
  expect(text(inMade)).toContain("30 a minute and 100 an hour");
  expect(mailLimits({ ...inMade, EMAIL_PER_HOUR: "1000" })?.faults).toEqual([]);
});

test("settings that promise more than a domain of Azure's sends are a fault, and say what to do", () => {
  const [fault] = mailLimits(MANAGED)?.faults ?? [];
  expect(fault).toMatchObject({ code: "mail-limits", what: expect.stringContaining("30 mails") });
  expect(fault?.remedy).toContain("EMAIL_PER_HOUR to 10");
  const fitting = { ...MANAGED, EMAIL_PER_MINUTE: "5", EMAIL_PER_HOUR: "10" };
  expect(mailLimits(fitting)?.faults).toEqual([]);
  expect(mailLimits({ EMAIL_ENABLED: "true", EMAIL_PER_HOUR: "100" })?.faults).toHaveLength(1);
});

test("where no mails are sent there is nothing to say", () => {
  expect(mailLimits({ ALERT_WEBHOOK_URL: "https://hooks.example.com" })).toBeUndefined();
});
