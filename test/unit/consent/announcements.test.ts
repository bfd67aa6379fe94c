import { describe, expect, test } from "vitest";
import type { ConsentStage } from "../../../shared/consent/alerts/alert.ts";
import {
  type Announcement,
  alertOf,
  isForPeople,
  isOfTheClock,
  type PeopleAnnouncement,
  stageEvents,
} from "../../../shared/consent/alerts/announcements.ts";
import { tell } from "../../../shared/consent/alerts/tell.ts";
import { type ConsentCase, openCase } from "../../../shared/consent/consent-case.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { ANN, aRecord, later, NOON, OLGA, ROLE_MEANINGS } from "../../support/samples.ts";

/** What people and other systems are told of a consent, and which of it a customer's budget holds back. */

const { deps } = consentWorld();
const STANDING = { clients: 3, pending: 1, granted: 2, rejected: 0, revoked: 0, more: false };
const EXCESS = [{ resource: "Microsoft Graph", role: "Mail.Read", own: false }];
const RECORD = aRecord({ roles: ["api.read"] });
const { flags: _, ...BARE } = openCase(RECORD, "Ann");
const subject = (changes: Partial<ConsentCase> = {}): ConsentCase => ({ ...BARE, ...changes });
const news = (stage: ConsentStage, mark = ""): PeopleAnnouncement => ({ stage, mark, at: NOON });

describe("who hears of what", () => {
  test.each([
    ["requested", true],
    ["reminded", true],
    ["breached", true],
    ["escalated", true],
    ["revoked", true],
    ["deleted", true],
    ["drifted", true],
    ["granted", false],
    ["rejected", false],
  ] as const)("%s: people %s", (stage, isTold) => {
    expect(isForPeople({ stage, mark: "", at: NOON })).toBe(isTold);
  });

  test.each([
    ["requested", true],
    ["reminded", true],
    ["breached", true],
    ["escalated", true],
    ["revoked", false],
    ["deleted", false],
    ["drifted", false],
  ] as const)("%s: a customer can bring it about: %s", (stage, isTheirs) => {
    expect(isOfTheClock(news(stage))).toBe(isTheirs);
  });

  test.each(["revoked", "deleted", "drifted"] as const)(
    "%s goes out when its subscription has used its budget up, and a reminder does not",
    async (stage) => {
      const world = consentWorld({ budget: 1 });
      world.deps.gate.count("webhook", "contoso");
      const wanted = [news(stage, "a"), news("reminded", "50%")];

      const telling = await tell(world.deps, subject(), wanted, {});

      expect(world.stages()).toEqual([stage]);
      expect(telling.heldBack?.targets).toContain("webhook");
    },
  );
});

describe("an alert", () => {
  test("names who asked for what, until when, and where to go", () => {
    const at = later(-1_000);
    expect(alertOf(deps, subject(), { stage: "requested", mark: "", at })).toStrictEqual({
      id: `${RECORD.operationId}:requested`,
      stage: "requested",
      sentAt: NOON,
      happenedAt: at,
      clientId: RECORD.id,
      appId: RECORD.appId,
      displayName: "A client",
      subscription: "contoso",
      roles: [{ value: "api.read", ...ROLE_MEANINGS["api.read"] }],
      requestedBy: "Ann",
      requestedAt: RECORD.consent.requestedAt,
      dueAt: RECORD.consent.dueAt,
      grantUrl: `https://directory.example/${RECORD.appId}`,
      requestUrl: `https://latchkey.example/consents/${RECORD.id}`,
      queueUrl: "https://latchkey.example/consents",
    });
  });

  test("says besides who that is as proven, what they have, what is too much, and what to look at twice", () => {
    const known = { requester: ANN.actor, before: STANDING, flags: ["resembles" as const] };
    const alert = alertOf(deps, subject(known), { ...news("drifted", "d1"), excess: EXCESS });
    expect(alert).toMatchObject({ ...known, excess: EXCESS });
  });

  test("has no flags where there is nothing to look at twice", () => {
    expect(alertOf(deps, subject({ flags: [] }), news("requested"))).not.toHaveProperty("flags");
  });

  test.each(["reminded", "breached", "escalated"] as const)(
    "names the threshold that was reached, in its id as well: %s",
    (stage) => {
      const alert = alertOf(deps, subject(), news(stage, "80%"));
      expect(alert.threshold).toBe("80%");
      expect(alert.id).toBe(`${RECORD.operationId}:${stage}:80%`);
    },
  );

  test.each(["revoked", "deleted", "drifted"] as const)(
    "of what was done in the directory has a mark in its id, and no threshold: %s",
    (stage) => {
      const alert = alertOf(deps, subject(), news(stage, "a-decision"));
      expect(alert).not.toHaveProperty("threshold");
      expect(alert.id).toBe(`${RECORD.operationId}:${stage}:a-decision`);
    },
  );
});

describe("events", () => {
  const eventsOf = (announcement: Announcement, changes?: Partial<ConsentCase>) =>
    stageEvents(deps, subject(changes), announcement);

  test("of a request: that the client was made, and what it asks for", () => {
    const events = eventsOf(news("requested"));
    expect(events.map(({ type }) => type)).toEqual(["client.created", "consent.requested"]);
    const [created, requested] = events;
    expect(created?.data).toStrictEqual({ appId: RECORD.appId, displayName: "A client" });
    expect(requested).toStrictEqual({
      id: `${RECORD.operationId}:consent.requested`,
      type: "consent.requested",
      time: NOON.toISOString(),
      clientId: RECORD.id,
      subscription: "contoso",
      data: {
        dueAt: RECORD.consent.dueAt.toISOString(),
        roles: [{ value: "api.read", ...ROLE_MEANINGS["api.read"] }],
      },
    });
  });

  test("of a request name who asked, without what is not known of them, and what they have", () => {
    const requester = { ...ANN.actor, displayName: undefined };
    const [, requested] = eventsOf(news("requested"), { requester, before: STANDING });
    const { kind, issuer, subject: sub } = ANN.actor;
    expect(requested?.data).toMatchObject({ customer: STANDING });
    expect(requested?.data["requestedBy"]).toStrictEqual({ kind, issuer, subject: sub });
  });

  test("of a client that is back do not say that it was made", () => {
    const events = eventsOf(news("requested"), { restored: true });
    expect(events.map(({ type }) => type)).toEqual(["consent.requested"]);
  });

  test("of a request alone leave out the webhooks of a client that wants none", () => {
    const wants = (stage: ConsentStage) =>
      eventsOf(news(stage), { noWebhook: true }).map(({ noWebhook }) => noWebhook);
    expect(wants("requested")).toEqual([true, true]);
    expect(wants("reminded")).toEqual([undefined]);
  });

  test.each(["reminded", "breached", "escalated"] as const)("of a stage: %s", (stage) => {
    const dueAt = RECORD.consent.dueAt.toISOString();
    expect(eventsOf(news(stage, "80%"))).toMatchObject([
      {
        id: `${RECORD.operationId}:consent.${stage}:80%`,
        type: `consent.${stage}`,
        data: { threshold: "80%", dueAt },
      },
    ]);
  });

  test.each(["granted", "rejected", "revoked"] as const)("of a decision: %s", (stage) => {
    const decision: Announcement = { stage, mark: "d", at: NOON };
    const decidedAt = NOON.toISOString();
    expect(eventsOf(decision).map(({ type, data }) => ({ type, data }))).toStrictEqual([
      { type: `consent.${stage}`, data: { decidedAt } },
    ]);
    const [told] = eventsOf({ ...decision, by: OLGA.actor, reason: "Too much" });
    expect(told?.data).toStrictEqual({ decidedAt, decidedBy: OLGA.actor, reason: "Too much" });
  });

  test("of a drift and of a deletion", () => {
    const [drifted] = eventsOf({ ...news("drifted", "d1"), excess: EXCESS });
    expect(drifted).toMatchObject({ type: "consent.drifted", data: { excess: EXCESS } });
    expect(eventsOf(news("drifted"))[0]?.data).toEqual({ excess: [] });
    expect(eventsOf(news("deleted", "d2"))).toMatchObject([{ type: "client.deleted", data: {} }]);
  });
});
