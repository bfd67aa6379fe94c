import { readFileSync } from "node:fs";
import { InvocationContext } from "@azure/functions";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { careTimer } from "../../../functions/timer/care.ts";
import { consentRevocationsTimer } from "../../../functions/timer/consent-revocations.ts";
import { consentSweepTimer } from "../../../functions/timer/consent-sweep.ts";
import { reconcileTimer } from "../../../functions/timer/reconcile.ts";
import { secretsLookTimer } from "../../../functions/timer/secrets-look.ts";
import { timeLeftMs } from "../../../shared/base/deadline.ts";
import { systemRuntime } from "../../../shared/base/runtime.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { DueEntry } from "../../../shared/care/due-index.ts";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import { failure } from "../../support/failure.ts";
import { later, NOON } from "../../support/samples.ts";

/**
 * Past `functionTimeout` Azure ends the process of a function, with all that others do in it
 * (https://github.com/Azure/azure-functions-host/issues/8720): a timer's run has to be over before.
 */

const { functionTimeout } = JSON.parse(
  readFileSync(new URL("../../../host.json", import.meta.url), "utf8"),
) as { functionTimeout: string };
const [hours = 0, minutes = 0, seconds = 0] = functionTimeout.split(":").map(Number);
const TIMEOUT_MS = ((hours * 60 + minutes) * 60 + seconds) * 1000;
/** What the end of a run may take once its time is over. */
const MARGIN_MS = 10_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ENTRY_MS = 25_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["Date", "performance", "setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const context = (functionName: string) =>
  new InvocationContext({ functionName, logHandler: () => undefined });
/** A service that accepts and never answers, as an adapter of ours passes it on. */
async function silent(): Promise<never> {
  await systemRuntime.pause(timeLeftMs(60_000));
  throw new RemoteUnavailable("directory", { executed: "unknown" });
}
/** How many milliseconds it takes, whatever becomes of it. */
async function lasts(run: () => unknown): Promise<number> {
  const startedAt = Date.now();
  let endedAt = Number.POSITIVE_INFINITY;
  const end = () => {
    endedAt = Date.now();
  };
  const ended = Promise.resolve(run()).then(end, end);
  await vi.advanceTimersByTimeAsync(2 * HOUR_MS);
  await ended;
  return endedAt - startedAt;
}

const id = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
/** So many customers as `number` is large have a secret each whose removal is due, and the last one a reminder. */
function due(number: number) {
  const records = new Map<string, SecretRecord>();
  for (let at = 0; at <= number; at += 1)
    records.set(`customer-${at}`, {
      subscription: `customer-${at}`,
      clientId: id(at),
      keyId: id(at),
      displayName: "Production",
      createdAt: later(-60 * DAY_MS, NOON),
      source: "service",
      expiresAt: later(at < number ? 30 * DAY_MS : HOUR_MS, NOON),
      told: [],
      ...(at < number && { retiresAt: later(-HOUR_MS, NOON) }),
    } as SecretRecord);
  const entries: DueEntry[] = [...records.values()].map((record) => ({ ...record, at: NOON }));
  const index = {
    doneTo: async () => "2026-02-28",
    setDoneTo: async () => undefined,
    put: async () => undefined,
    remove: async () => undefined,
    ripe: async function* (day: string) {
      if (day === NOON.toISOString().slice(0, 10))
        yield entries.map((entry) => ({ entry, day, version: "1" }));
    },
  };
  const secret = async (subscription: string) => {
    const record = records.get(subscription);
    return record && { record, version: "1" };
  };
  return { index, secrets: { secret } };
}

test("every timer has a deadline before the platform's, which all that it asks for shares", async () => {
  const left: number[] = [];
  const asked = (): never => {
    left.push(timeLeftMs(Number.POSITIVE_INFINITY));
    throw new RemoteUnavailable("records", { executed: "no" });
  };
  const runtime = systemRuntime;
  const deps = {
    runtime,
    gate: { ready: asked },
    progress: { current: asked, again: asked },
    index: { doneTo: asked },
    journal: { untoldEvents: asked },
  } as never;
  const timers = [
    consentSweepTimer,
    consentRevocationsTimer,
    secretsLookTimer,
    careTimer,
    reconcileTimer,
  ];

  for (const timer of timers)
    await failure(Promise.resolve(timer(deps)({} as never, context("a timer"))));

  expect(left).toHaveLength(timers.length);
  expect(Math.max(...left)).toBeLessThanOrEqual(TIMEOUT_MS - MARGIN_MS);
});

describe("while the directory never answers", () => {
  test("a thousand removals that are due end in time, and keep neither reminders nor letters", async () => {
    const reminded: string[] = [];
    let letters = 0;
    const timer = careTimer({
      ...due(1_000),
      reminders: [{ name: "P7D", beforeMs: 7 * DAY_MS }],
      runtime: systemRuntime,
      entryMs: ENTRY_MS,
      retire: silent,
      remind: async (_, { record }) => {
        reminded.push(record.subscription);
        return { ...record, told: ["P7D", "expired"] };
      },
      sendLetters: async () => {
        letters += 1;
        return { sent: 1, putOff: 0 };
      },
    });

    const took = await lasts(() => timer({} as never, context("care")));

    expect(took).toBeLessThanOrEqual(TIMEOUT_MS - MARGIN_MS);
    expect({ reminded, letters }).toEqual({ reminded: ["customer-1000"], letters: 1 });
  });

  test("a thousand operations whose check never came end in time, and keep no reminder from being noted", async () => {
    const subscriptions = Array.from({ length: 1_000 }, (_, at) => `customer-${at}`);
    const touchedAt = later(-DAY_MS, NOON);
    const entry = { operationId: id(1), operation: { kind: "create" }, touchedAt };
    let indexed = 0;
    const none = async function* () {};
    const journal = {
      untoldEvents: none,
      adriftMessages: none,
      done: async () => undefined,
      active: async () => undefined,
      activeOn: async function* (day: string) {
        if (day === "2026-02-28") yield* subscriptions;
      },
      forgetDay: async () => undefined,
      purgedTo: async () => "2026-02-27",
      setPurgedTo: async () => undefined,
    };
    const timer = reconcileTimer({
      journal,
      cases: { decidedOn: none, forgetDecidedOn: async () => undefined },
      operations: { purge: async () => 0, allUnderWay: async () => [{ entry }] },
      runtime: systemRuntime,
      check: silent,
      handle: async () => "done",
      reconcileAfterMs: 60_000,
      activityKeptMs: 400 * DAY_MS,
      entryMs: ENTRY_MS,
      operatorKeys: { purge: async () => 0 },
      runs: { list: none, purge: async () => 0 },
      purgeAlerts: async () => 0,
      indexDue: async () => {
        indexed += 1;
        return { indexed: 0, failed: 0 };
      },
    } as never);

    const took = await lasts(() => timer({} as never, context("reconcile")));

    expect(took).toBeLessThanOrEqual(TIMEOUT_MS - MARGIN_MS);
    expect(indexed).toBe(1);
  });
});
