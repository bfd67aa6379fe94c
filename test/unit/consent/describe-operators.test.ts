import { describe, expect, test } from "vitest";
import type { IncidentAlert } from "../../../shared/consent/alerts/alert.ts";
import { describeAlert } from "../../../shared/consent/alerts/describe-alert.ts";
import { stopInWords } from "../../../shared/consent/alerts/describe-stop.ts";
import {
  aDigestAlert,
  aDigestItem,
  aDigestStop,
  anIncidentAlert,
  aStopAlert,
  CLIENT_ID,
  OPERATION_ID,
  QUEUE_URL,
} from "../../support/alert-samples.ts";
import { later, NOON } from "../../support/samples.ts";

/** What operators are told of operations, of stops, and in digests. */

const BERLIN = "Europe/Berlin";
const NOON_IN_BERLIN = "Mon 2 Mar 2026, 13:00 (Europe/Berlin)";
const QUEUE_LINK = ["Waiting consents", QUEUE_URL];
const LONG = "x".repeat(200);
const CUT = `“${"x".repeat(47)}…”`;

describe("an incident", () => {
  test("is told with its operation, its client where it has one, and the customer quoted", () => {
    const described = {
      title: "An operation could not be ended (rename): “contoso”",
      sentence:
        "It was set aside and holds nothing. See GET /api/admin/operations: it can be tried again or given up.",
      facts: [["Operation", OPERATION_ID]],
      links: [QUEUE_LINK],
      theirs: [["Subscription", "“contoso”"]],
    };
    expect(describeAlert(anIncidentAlert(), BERLIN)).toEqual(described);
    expect(describeAlert(anIncidentAlert({ clientId: CLIENT_ID }), BERLIN)).toEqual({
      ...described,
      facts: [
        ["Operation", OPERATION_ID],
        ["Client", CLIENT_ID],
      ],
    });
    const { title, theirs } = describeAlert(anIncidentAlert({ subscription: LONG }), BERLIN);
    expect(title).toBe(`An operation could not be ended (rename): ${CUT}`);
    expect(theirs).toEqual([["Subscription", `“${"x".repeat(79)}…”`]]);
  });

  test.each([
    [
      "not-ours",
      "The directory does not let this service change a client",
      "Nothing was changed. Make the backend an owner of the registration again, or see whether its permissions were withdrawn.",
    ],
    [
      "directory-full",
      "The directory is full",
      "No customer can create clients until objects are removed or the directory's quota is raised.",
    ],
    [
      "refused",
      "The directory refuses an operation for good",
      "Nothing was changed. The log line of this operation has the directory's own code.",
    ],
    [
      "stop-incomplete",
      "Not all of a subscription's clients could be changed",
      "GET /api/admin/operations/{id} names those that are left, and why. Ask for it again once that is mended.",
    ],
  ] as const satisfies readonly (readonly [IncidentAlert["reason"], string, string])[])(
    "%s says what to do",
    (reason, title, sentence) => {
      expect(describeAlert(anIncidentAlert({ reason, kind: "create" }), "UTC")).toMatchObject({
        title: `${title} (create): “contoso”`,
        sentence,
      });
    },
  );
});

describe("a stop", () => {
  test("of a client says when, links its page, and quotes who and why", () => {
    const alert = aStopAlert({
      ...{ action: "client.suspended", clientId: CLIENT_ID, reason: 'A "leaked" secret' },
      ...{ requestUrl: `${QUEUE_URL}/${CLIENT_ID}`, happenedAt: NOON },
    });
    expect(describeAlert(alert, BERLIN)).toEqual({
      title: "Client stopped by an operator: “contoso”",
      sentence: "It gets no new tokens. Those that are out live until they expire.",
      facts: [
        ["At", NOON_IN_BERLIN],
        ["Operation", OPERATION_ID],
        ["Client", CLIENT_ID],
      ],
      links: [["This client", `${QUEUE_URL}/${CLIENT_ID}`], QUEUE_LINK],
      theirs: [
        ["Subscription", "“contoso”"],
        ["By", "“Olga”"],
        ["Reason", "“A 'leaked' secret”"],
      ],
    });
  });

  test("of a whole subscription says no more than is known", () => {
    const alert = aStopAlert({ by: { kind: "operator" }, subscription: LONG });
    expect(describeAlert(alert, BERLIN)).toEqual({
      title: `Subscription stopped by an operator: ${CUT}`,
      sentence: "All of its clients are being stopped, one by one, and it makes none.",
      facts: [["Operation", OPERATION_ID]],
      links: [QUEUE_LINK],
      theirs: [["Subscription", `“${"x".repeat(79)}…”`]],
    });
  });

  test.each([
    ["client.resumed", "Client resumed by an operator", "It gets tokens again."],
    [
      "subscription.resumed",
      "Subscription resumed by an operator",
      "The clients that were stopped with it are let go on, one by one.",
    ],
    [
      "subscription.offboarding",
      "Customer offboarded by an operator",
      "All of its clients are being stopped, and deleted once the grace is over, unless it is called off.",
    ],
    [
      "subscription.offboard-cancelled",
      "Customer kept by an operator",
      "Its clients are not deleted, and those that were stopped with it are let go on.",
    ],
    [
      "subscription.blocked",
      "Subscription blocked by an operator",
      "It makes no more clients. What it has goes on.",
    ],
    [
      "subscription.unblocked",
      "Subscription unblocked by an operator",
      "It makes clients again, unless it is stopped.",
    ],
    ["client.renamed", "client.renamed", "See the operation."],
  ] as const)("%s is told in words, where there are any", (action, title, sentence) => {
    const described = describeAlert(aStopAlert({ action }), "UTC");
    expect(described).toMatchObject({ title: `${title}: “contoso”`, sentence });
    expect(stopInWords(action)).toBe(title);
  });
});

test("of a client that its customer has stopped before a resume says so", () => {
  const alert = aStopAlert({ action: "client.resumed", reason: "Mine" });
  expect(describeAlert(alert, "UTC")).toMatchObject({
    sentence:
      "It gets no tokens all the same: its customer has stopped it before, for the reason below.",
    theirs: expect.arrayContaining([["Reason", "“Mine”"]]),
  });
});

describe("a digest", () => {
  const OPENING =
    "There was more to tell than is told one by one, and no alert of its own follows for any of these.";

  test("of consents names each with its stage and due time; names are quoted", () => {
    const items = [
      aDigestItem({ subscription: LONG }),
      aDigestItem({ stage: "breached", dueAt: later(-3_600_000), displayName: 'A "b"' }),
    ];
    const [{ appId }] = [aDigestItem()];

    expect(describeAlert(aDigestAlert({ count: 2, items }), BERLIN)).toEqual({
      title: "2 more consents wait",
      sentence: `${OPENING} Each consent is due for a decision.`,
      facts: [],
      links: [QUEUE_LINK],
      theirs: [
        [
          `requested, due Tue 3 Mar 2026, 01:00 (Europe/Berlin), client id ${appId}`,
          `${CUT}, “Nightly import”`,
        ],
        [
          `breached, due Mon 2 Mar 2026, 12:00 (Europe/Berlin), client id ${appId}`,
          "“contoso”, “A 'b'”",
        ],
      ],
    });
    expect(describeAlert(aDigestAlert(), BERLIN).title).toBe("1 more consent waits");
  });

  test("of stops names each with when it was, its client, and by whom", () => {
    const stops = [
      aDigestStop({ by: { kind: "operator", displayName: LONG } }),
      aDigestStop({ action: "client.resumed", clientId: CLIENT_ID, by: { kind: "operator" } }),
      aDigestStop({ subscription: "", by: { kind: "operator", displayName: "Olga" } }),
    ];

    expect(describeAlert(aDigestAlert({ count: 3, items: [], stops }), BERLIN)).toEqual({
      title: "3 more stops and resumes by operators",
      sentence: `${OPENING} What operators have stopped or let go on is done.`,
      facts: [],
      links: [QUEUE_LINK],
      theirs: [
        [`Subscription stopped by an operator, ${NOON_IN_BERLIN}`, `“contoso”, ${CUT}`],
        [`Client resumed by an operator, ${NOON_IN_BERLIN}, client ${CLIENT_ID}`, "“contoso”"],
        [`Subscription stopped by an operator, ${NOON_IN_BERLIN}`, "“Olga”"],
      ],
    });
    const one = aDigestAlert({ items: [], stops: [aDigestStop()] });
    expect(describeAlert(one, BERLIN).title).toBe("1 more stop or resume by operators");
  });

  test("of both says so, and how many it does not name", () => {
    const stops = [aDigestStop()];
    const described = describeAlert(aDigestAlert({ count: 60, stops }), BERLIN);

    expect(described).toMatchObject({
      title: "60 more alerts: consents that wait, and stops by operators",
      sentence: `${OPENING} Each consent is due for a decision. What operators have stopped or let go on is done.`,
      facts: [["Not named here", "58"]],
    });
    expect(described.theirs).toHaveLength(2);
  });
});
