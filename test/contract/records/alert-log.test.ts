import { beforeEach, describe, expect, test } from "vitest";
import { alertLog } from "../../../shared/adapters/records/alert-log.ts";
import type { AlertLog, PoisonNotice } from "../../../shared/consent/alerts/alert-log.ts";
import { later, NOON } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

const DAY = 86_400_000;

describe.each(tableTargets)("The alert log $name", ({ newTable }) => {
  let log: AlertLog;
  beforeEach(async () => {
    log = alertLog(await newTable());
  });

  const aMessage = (messageId: string, enqueuedAt = NOON) => ({
    ...{ queue: "consent", messageId, reason: "operationId: missing", enqueuedAt },
  });
  const aNotice: PoisonNotice = {
    ...{ queue: "consent", id: "consent:a:poison", messageId: "a", reason: "No", count: 2 },
    startedAt: NOON,
    told: ["webhook"],
    claim: { owner: "a host", claimedAt: NOON },
  };

  test("records a message once, whatever its id is made of", async () => {
    const odd = aMessage("poison/1 #?%\\ü");
    await log.record(odd, later(1));
    await log.record(odd, later(2));
    expect((await log.untold()).messages).toEqual([{ ...odd, recordedAt: later(1) }]);
  });

  test("what is settled is no longer untold and still known, also when it is settled twice", async () => {
    await log.record(aMessage("a"), NOON);
    await log.record(aMessage("b"), NOON);
    const { messages } = await log.untold();
    const [first] = messages;
    if (!first) return expect.unreachable();
    await log.settle([first]);
    await log.settle(messages);
    await log.record(aMessage("a"), later(5));
    expect((await log.untold()).messages).toEqual([]);
  });

  test("lets one of two make a notice, and one of two change it", async () => {
    const [one, two] = await Promise.all([
      log.saveNotice(aNotice),
      log.saveNotice({ ...aNotice, claim: { owner: "another", claimedAt: NOON } }),
    ]);
    const made = one ?? two;
    expect([one, two].filter((it) => it !== undefined)).toHaveLength(1);
    if (!made) return expect.unreachable();
    expect((await log.untold()).notices).toEqual([made]);
    const { claim: _, ...released } = made.notice;
    const next = await log.saveNotice({ ...released, doneAt: later(9) }, made.version);
    expect(await log.saveNotice(aNotice, made.version)).toBeUndefined();
    expect((await log.untold()).notices).toEqual([next]);
  });

  test("purges the days that are over and no others", async () => {
    for (let index = 0; index < 120; index += 1)
      await log.record(aMessage(`old-${index}`, later(-40 * DAY)), NOON);
    await log.record(aMessage("older", later(-50 * DAY)), NOON);
    await log.record(aMessage("young"), NOON);
    expect(await log.purge(later(-30 * DAY))).toBe(121);
    expect(await log.purge(later(-30 * DAY))).toBe(0);
    expect(await log.purge(later(DAY))).toBe(1);
  });
});
