import { describe, expect, test } from "vitest";
import type { Actor } from "../../../shared/clients/actor.ts";
import { type ConsentStage, subjectOf } from "../../../shared/consent/alerts/alert.ts";
import { describeAlert, timeLeft } from "../../../shared/consent/alerts/describe-alert.ts";
import {
  aConsentAlert,
  aDigestAlert,
  anIncidentAlert,
  aPoisonAlert,
  aStopAlert,
  CLIENT_ID,
  QUEUE_URL,
} from "../../support/alert-samples.ts";
import { ANN, later, NOON } from "../../support/samples.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BERLIN = "Europe/Berlin";

/** What is said beside the title, under each label in its order. */
const valuesOf = (entries: readonly (readonly [string, string])[], label: string) =>
  entries.flatMap(([name, value]) => (name === label ? [value] : []));
const factsOf = (changes: Parameters<typeof aConsentAlert>[0], label: string) =>
  valuesOf(describeAlert(aConsentAlert(changes), BERLIN).facts, label);

describe("a consent that waits", () => {
  test("is told with what is asked for, by whom, until when, and where to go", () => {
    const alert = aConsentAlert();

    expect(describeAlert(alert, BERLIN)).toEqual({
      title: "Consent asked for: “contoso”, “Nightly import”",
      sentence: "A new client waits for an administrator's consent.",
      facts: [
        ["Asks for", "Change data (api.write, high risk)"],
        ["Client id", alert.appId],
        ["Requested at", "Mon 2 Mar 2026, 01:00 (Europe/Berlin)"],
        ["Due", "Tue 3 Mar 2026, 01:00 (Europe/Berlin)"],
        ["Time left", "12 hours"],
      ],
      links: [
        ["This request", `${QUEUE_URL}/${CLIENT_ID}`],
        ["Grant consent", alert.grantUrl],
        ["Waiting consents", QUEUE_URL],
      ],
      theirs: [
        ["Subscription", "“contoso”"],
        ["Requested by", "“Ann”"],
        ["Client", "“Nightly import”"],
      ],
    });
  });

  test("names each role, what the client has besides, what its customer has, and what to look at twice, in this order", () => {
    const { facts } = describeAlert(
      aConsentAlert({
        roles: [
          { value: "api.read", description: "Read data", risk: "low" },
          { value: "api.write", description: "Change data", risk: "high" },
        ],
        excess: [
          { resource: "Graph", role: "Mail.Read", own: false },
          { resource: "Payroll", role: "all", own: true },
        ],
        before: { clients: 1, pending: 0, granted: 1, rejected: 0, revoked: 0, more: false },
        flags: ["mixed-scripts", "resembles"],
      }),
      "UTC",
    );

    expect(facts.slice(0, 7)).toEqual([
      ["Asks for", "Read data (api.read, low risk)"],
      ["Asks for", "Change data (api.write, high risk)"],
      ["Has besides", "“Mail[.]Read of Graph”"],
      ["Has besides", "“all of Payroll”"],
      ["Customer has besides", "1 client (1 granted)"],
      ["Look twice", "a word of the client's name mixes letters of several scripts"],
      ["Look twice", "the client's name looks like that of another customer's client"],
    ]);
    expect(facts.slice(7).map(([label]) => label)).toEqual([
      "Client id",
      "Requested at",
      "Due",
      "Time left",
    ]);
  });

  test.each([
    ["no other client", { clients: 0 }],
    ["1 client (1 waiting)", { clients: 1, pending: 1 }],
    ["3 clients (2 rejected, 1 withdrawn)", { clients: 3, rejected: 2, revoked: 1 }],
    [
      "at least 10 clients (1 waiting, 2 granted, 3 rejected, 4 withdrawn)",
      { clients: 10, pending: 1, granted: 2, rejected: 3, revoked: 4, more: true },
    ],
  ])("of a customer who has %s says so", (text, changes) => {
    const none = { clients: 0, pending: 0, granted: 0, rejected: 0, revoked: 0, more: false };
    expect(factsOf({ before: { ...none, ...changes } }, "Customer has besides")).toEqual([text]);
  });

  test("quotes what others wrote and cuts it, in the title at 48 signs and below at 80", () => {
    const long = "x".repeat(200);
    const { title, facts, theirs } = describeAlert(
      aConsentAlert({ subscription: 'con"toso', displayName: long, requestedBy: `Ann ${long}` }),
      BERLIN,
    );

    expect(title).toBe(`Consent asked for: “con'toso”, “${"x".repeat(47)}…”`);
    expect(theirs).toEqual([
      ["Subscription", "“con'toso”"],
      ["Requested by", `“Ann ${"x".repeat(75)}…”`],
      ["Client", `“${"x".repeat(79)}…”`],
    ]);
    expect(JSON.stringify(facts)).not.toContain("xxx");
  });

  test("says who signed in, as the issuer knows them, before the name they chose", () => {
    const signedIn = (changes: Partial<Actor>) =>
      describeAlert(
        aConsentAlert({ requester: { ...ANN.actor, ...changes } }),
        BERLIN,
      ).theirs.slice(1, -1);

    expect(signedIn({})).toEqual([
      ["Issuer", "“https[:]//customers[.]example”"],
      ["Subject", "“ann”"],
      ["Requested by", "“Ann”"],
    ]);
    expect(signedIn({ issuer: "", subject: "" })).toEqual([["Requested by", "“Ann”"]]);
  });
});

test.each([
  [
    "requested",
    "Consent asked for: “c”, “n”",
    "A new client waits for an administrator's consent.",
  ],
  [
    "reminded",
    "Consent still waiting (50%): “c”, “n”",
    "Nobody has decided yet. Time left: 3 hours.",
  ],
  [
    "breached",
    "Consent overdue: “c”, “n”",
    "The time that was promised to the customer is over and nobody has decided.",
  ],
  [
    "escalated",
    "Escalation (50%), consent overdue: “c”, “n”",
    "The time that was promised to the customer is over: 3 hours.",
  ],
  [
    "revoked",
    "Consent withdrawn in the directory: “c”, “n”",
    "The client's new tokens carry no scope. Its customer sees that it was withdrawn.",
  ],
  [
    "drifted",
    "Client has more than it asked for: “c”, “n”",
    "Somebody has granted it roles in the directory that nobody asked for. Its tokens carry them until they are taken away there.",
  ],
  [
    "deleted",
    "Client deleted in the directory: “c”, “n”",
    "It was deleted behind this service's back and is off its customer's list. The directory keeps it for 30 days.",
  ],
] as const satisfies readonly (readonly [ConsentStage, string, string])[])(
  "%s has a title and a sentence of its own",
  (stage, title, sentence) => {
    const names = { subscription: "c", displayName: "n" };
    const alert = aConsentAlert({ stage, threshold: "50%", dueAt: later(3 * HOUR), ...names });
    expect(describeAlert(alert, "UTC")).toMatchObject({ title, sentence });
  },
);

test.each([
  [3 * DAY, "3 days"],
  [2 * DAY, "2 days"],
  [2.6 * DAY, "3 days"],
  [2 * DAY - HOUR, "47 hours"],
  [2 * HOUR, "2 hours"],
  [2 * HOUR - MINUTE, "119 minutes"],
  [2 * MINUTE, "2 minutes"],
  [90 * SECOND, "90 seconds"],
  [2 * SECOND, "2 seconds"],
  [SECOND, "1 second"],
  [1, "0 seconds"],
  [0, "overdue by 0 seconds"],
  [-SECOND, "overdue by 1 second"],
  [-3 * HOUR, "overdue by 3 hours"],
])("%i ms before it is due are told as %s", (ms, text) => {
  expect(timeLeft({ sentAt: NOON, dueAt: later(ms) })).toBe(text);
  expect(factsOf({ dueAt: later(ms) }, "Time left")).toEqual([text]);
});

describe("messages that cannot be worked on", () => {
  test("are told without facts and links, the id quoted: whoever sends has chosen it", () => {
    expect(describeAlert(aPoisonAlert({ messageId: "m.evil" }), BERLIN)).toEqual({
      title: "A message of the queue consent cannot be worked on",
      sentence: "It will lie among the dead letters under its id. operationId: missing",
      facts: [],
      links: [],
      theirs: [["Message id", "“m[.]evil”"]],
    });
  });

  test("are counted where there are several, and the first is named", () => {
    expect(describeAlert(aPoisonAlert({ count: 40 }), BERLIN)).toEqual({
      title: "40 messages of the queue consent cannot be worked on",
      sentence:
        "They will lie among the dead letters; what is wrong with each is in the table alerts. The first: operationId: missing",
      facts: [],
      links: [],
      theirs: [["First message id", "“m-1”"]],
    });
  });
});

test("which client an alert is about, and at which threshold, is known of every kind", () => {
  expect(subjectOf(aConsentAlert())).toEqual({ clientId: CLIENT_ID });
  expect(subjectOf(aConsentAlert({ stage: "reminded", threshold: "50%" }))).toEqual({
    clientId: CLIENT_ID,
    threshold: "50%",
  });
  const clientId = CLIENT_ID;
  for (const alert of [anIncidentAlert({ clientId }), aStopAlert({ clientId })])
    expect(subjectOf(alert)).toEqual({ clientId });
  for (const alert of [anIncidentAlert(), aStopAlert(), aPoisonAlert(), aDigestAlert()])
    expect(subjectOf(alert)).toEqual({ clientId: "" });
});
