import { describe, expect, test } from "vitest";
import * as z from "zod";
import { operationId } from "../../../shared/adapters/notify/mailer.ts";
import {
  arrangeConsent,
  consentSettingList,
  unmetConsentNeeds,
} from "../../../shared/settings/consent-settings.ts";

const webhook = {
  ALERT_WEBHOOK_URL: "https://hooks.example/alerts",
  ALERT_WEBHOOK_SECRET: `whsec_${"A".repeat(32)}`,
};
const mail = {
  ALERT_EMAIL_FROM: "latchkey@company.example",
  EMAIL_CONNECTION: "https://mail.example",
};
const read = (env: Readonly<Record<string, string>>, hostName?: string) =>
  arrangeConsent(z.object(consentSettingList).parse(env), hostName);

describe("what settings need each other", () => {
  test.each([
    [{}, "at least one channel"],
    [{ ALERT_WEBHOOK_URL: webhook.ALERT_WEBHOOK_URL }, "ALERT_WEBHOOK_SECRET is missing"],
    [{ ALERT_EMAIL_TO: "olga@company.example" }, "EMAIL_CONNECTION is missing"],
    [{ ALERT_EMAIL_TO: "olga@company.example" }, "ALERT_EMAIL_FROM is missing"],
    [{ ...webhook, CONSENT_CALENDAR: "office hours" }, "CONSENT_CALENDAR is wrong"],
    [{ ...webhook, CONSENT_HOLIDAYS: "2026-12-24" }, "CONSENT_CALENDAR is wrong"],
  ])("%j: %s", (env, problem) => {
    expect(unmetConsentNeeds(env).join("\n")).toContain(problem);
  });

  test("one mail has 50 receivers at most, those of escalations among them", () => {
    const people = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => `olga-${from + at}@company.example`).join();
    const problems = (to: string, escalated: string) =>
      unmetConsentNeeds({
        ...webhook,
        ...mail,
        ALERT_EMAIL_TO: to,
        ALERT_ESCALATION_TO: escalated,
      });
    expect(problems(people(0, 30), people(30, 51)).join()).toContain("hold 51 addresses");
    expect(problems(people(0, 30), people(30, 50))).toEqual([]);
    expect(problems(people(0, 50), people(0, 30))).toEqual([]);
  });

  test.each([
    webhook,
    { ALERT_TEAMS_URL: "https://flows.example/?sig=1" },
    { ...mail, ALERT_EMAIL_TO: "olga@company.example" },
  ])("any one channel is enough: %j", (env) => {
    expect(unmetConsentNeeds(env)).toEqual([]);
  });
});

test.each([
  ["CONSENT_REMINDERS", "soon"],
  ["CONSENT_HOLIDAYS", "24.12.2026"],
  ["CONSENT_GRANT", "always"],
  ["ALERT_EMAIL_TO", "olga"],
  ["ALERT_TIME_ZONE", "Berlin"],
  ["ADMIN_CONSENT_URL", "https://portal.example/"],
])("%s=%s is refused", (name, value) => {
  expect(z.object(consentSettingList).safeParse({ [name]: value }).success).toBe(false);
});

test("what reminders and open hours were worked out by is told from any others", () => {
  const all = [
    {},
    { CONSENT_REMINDERS: "50%,80%,100%" },
    { CONSENT_CALENDAR: "Mon-Fri 09:00-17:00 Europe/Berlin" },
    { CONSENT_CALENDAR: "Mon-Fri 09:00-17:00 Europe/Berlin", CONSENT_HOLIDAYS: "2026-12-24" },
  ].map((env) => read(env).policy);
  expect(new Set(all).size).toBe(4);
  expect(read({ CONSENT_SLA: "PT2H" }).policy).toBe(all[0]);
});

test("links lead to where people reach the service", () => {
  expect(read({ PUBLIC_URL: "https://keys.example/" }, "app.azurewebsites.net").queueUrl).toBe(
    "https://keys.example/consents",
  );
  expect(read({}, "app.azurewebsites.net").queueUrl).toBe("https://app.azurewebsites.net/consents");
  expect(read({}).queueUrl).toBe("http://localhost:7071/consents");
  const appId = "7d1c2b8e-0000-4000-8000-000000000003";
  expect(read({}).grantUrl(appId)).toContain(`/appId/${appId}/`);
});

test("mails tell times in the zone of the calendar, unless another is named", () => {
  const teams = { ALERT_TEAMS_URL: "https://flows.example/?sig=1" };
  const office = { ...teams, CONSENT_CALENDAR: "Mon-Fri 09:00-17:00 Europe/Berlin" };
  expect(read(teams).teams?.timeZone).toBe("UTC");
  expect(read(office).teams?.timeZone).toBe("Europe/Berlin");
  expect(read({ ...office, ALERT_TIME_ZONE: "Asia/Tokyo" }).teams?.timeZone).toBe("Asia/Tokyo");
});

test("granting from here is off unless it is switched on", () => {
  expect(read({}).automaticGrant).toBe(false);
  expect(read({ CONSENT_GRANT: "automatic-on-approve" }).automaticGrant).toBe(true);
});

test("the operation id of a mail is a UUID that follows from the alert's id alone", () => {
  expect(operationId("a:requested")).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(operationId("a:requested")).toBe(operationId("a:requested"));
  expect(operationId("a:requested")).not.toBe(operationId("b:requested"));
});
