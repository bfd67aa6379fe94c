import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { type Api, openApi } from "../support/api.ts";
import { startTestCloud } from "../support/cloud.ts";
import { readEvents } from "../support/event-reader.ts";
import { eventually } from "../support/eventually.ts";
import { makeClient, type ShownClient } from "../support/make.ts";
import { startHostile } from "./support/hostile.ts";

/**
 * One customer takes all they can get; others make a client each, and nothing of theirs is late. `npm run hostile` does so for two
 * minutes inside the default limits and says what was used up; here it is stopped as soon as the others have been told of.
 */

const isLong = process.env["HOSTILE"] === "long";
const SECONDS = isLong ? 120 : 1;
const OTHERS = 4;
const CHANNELS = ["webhook", "teams", "email"] as const;
const ALERTED_WITHIN_MS = 30_000;
const TOLD_WITHIN_MS = 20_000;

/**
 * The long form has one hostile customer and the five mails a minute of a domain that Azure manages. Here it is one who has signed
 * up three times, and three first alerts besides four are more than five: so the domain is one's own.
 */
const SIGNED_UP = isLong ? 1 : 3;
const MAIL = isLong
  ? { EMAIL_PER_MINUTE: "5", EMAIL_PER_HOUR: "10" }
  : { EMAIL_PER_MINUTE: "30", EMAIL_PER_HOUR: "100" };
/** Mails about one subscription in an hour: no more than a fifth of them. */
const MAILS = Number(MAIL.EMAIL_PER_HOUR) / 5;
const DEFAULTS = {
  MAX_CLIENTS_PER_SUBSCRIPTION: "10",
  SUBSCRIPTION_WRITES_PER_MINUTE: "30",
  DIRECTORY_WRITES_PER_MINUTE: "60",
  MAX_DELETED_CLIENTS_PER_SUBSCRIPTION: "100",
  SUBSCRIPTION_REQUESTS_PER_MINUTE: "300",
  ALERT_BUDGET: "10",
};
const SMALL = {
  ...DEFAULTS,
  SUBSCRIPTION_WRITES_PER_MINUTE: "12",
  DIRECTORY_WRITES_PER_MINUTE: "16",
  SUBSCRIPTION_REQUESTS_PER_MINUTE: "15",
  ALERT_BUDGET: "1",
  CONSENT_SWEEP_SCHEDULE: "*/2 * * * * *",
};
const LIMITS = isLong ? DEFAULTS : SMALL;
const BUDGET = Number(LIMITS.ALERT_BUDGET);

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await startTestCloud({ environment: { ...LIMITS, ...MAIL } });
  api = await openApi(cloud);
  // The real limits stand behind ours: whatever we let through too much is refused there.
  await cloud.setFaults({
    directory: { writesPerMinute: Number(LIMITS.DIRECTORY_WRITES_PER_MINUTE) },
    inbox: { mailLimits: isLong ? "azure-managed" : "custom" },
  });
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How long after its create a client's first alert came on a channel, in milliseconds. */
async function alertedAfter(client: ShownClient, channel: string): Promise<number> {
  const alert = await cloud.inbox.nextAlert(
    (one) => one.clientId === client.id && one.channel === channel && one.stage === "requested",
    2 * ALERTED_WITHIN_MS,
  );
  return Date.parse(alert.receivedAt) - Date.parse(client.createdAt);
}

describe("while one customer takes all they can get", { timeout: (SECONDS + 120) * 1000 }, () => {
  test("four others make a client each, and everybody is told of it in time", async () => {
    const reader = readEvents(cloud);
    cloud.directory.resetRequests();
    cloud.tables.resetCounts();
    const hostile = await startHostile(api, cloud.addresses.api, SIGNED_UP);
    // The others come when it has met its limits.
    await eventually(hostile.counts, (counts) => isStopped(counts), 60_000);
    await pause(SECONDS * 500);

    const others = await Promise.all(Array.from({ length: OTHERS }, () => api.customer()));
    const clients = await Promise.all(others.map(({ call }) => makeClient(call, "Their import")));
    const told = Promise.all(
      clients.map(({ id, createdAt }) =>
        eventually(
          () => reader.typesOf(id),
          (types) => types.includes("client.created") && types.includes("consent.requested"),
          2 * TOLD_WITHIN_MS,
        ).then(() => Date.now() - Date.parse(createdAt)),
      ),
    );
    const alerted = Promise.all(
      clients.flatMap((client) => CHANNELS.map((channel) => alertedAfter(client, channel))),
    );
    await pause(SECONDS * 500);
    await hostile.stop();
    const latest = { events: Math.max(...(await told)), alerts: Math.max(...(await alerted)) };
    await reader.stop();

    expect(clients).toHaveLength(OTHERS);
    expect(latest.events).toBeLessThan(TOLD_WITHIN_MS);
    expect(latest.alerts).toBeLessThan(ALERTED_WITHIN_MS);
    const theirs = new Set(clients.map(({ id }) => id));
    const usedUp = {
      answers: hostile.counts(),
      directory: tally(cloud.directory.requests().map(({ name }) => name)),
      tables: Object.values(cloud.tables.counts()).reduce((sum, count) => sum + count, 0),
      alerts: tally(
        cloud.inbox
          .alerts()
          .filter(({ clientId }) => !theirs.has(clientId))
          .map(({ channel, stage }) => `${channel} ${stage}`),
      ),
    };
    if (isLong) console.log(JSON.stringify({ seconds: SECONDS, latest, usedUp }, null, 2));
    // It was stopped by its limits, and not by chance or by an outage.
    expect(Object.keys(usedUp.answers).some((kind) => kind.startsWith("5"))).toBe(false);
    expect(isStopped(usedUp.answers)).toBe(true);
    const writes = (usedUp.answers["201"] ?? 0) + (usedUp.answers["204"] ?? 0);
    const minutes = Math.ceil(SECONDS / 60) + 1;
    expect(writes).toBeGreaterThan(0);
    expect(writes).toBeLessThanOrEqual(minutes * Number(LIMITS.DIRECTORY_WRITES_PER_MINUTE) * 0.75);
    for (const channel of CHANNELS)
      expect(usedUp.alerts[`${channel} requested`] ?? 0).toBeLessThanOrEqual(
        SIGNED_UP * (channel === "email" ? Math.min(MAILS, BUDGET) : BUDGET),
      );
  });

  test("what was held back of it comes in a digest", async () => {
    const digest = await cloud.inbox.nextAlert(
      ({ stage, channel }) => stage === "digest" && channel === "webhook",
      90_000,
    );
    expect(JSON.stringify(digest.payload)).toContain("Nightly import");
  });
});

const isStopped = (answers: Readonly<Record<string, number>>): boolean =>
  Object.keys(answers).some((kind) => kind.startsWith("429 "));

const tally = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(names, (name) => name)].map(([name, those]) => [name, those.length]),
  );
