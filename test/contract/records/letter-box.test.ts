import { beforeAll, describe, expect, test } from "vitest";
import { letterBox } from "../../../shared/adapters/records/letter-box.ts";
import { secretRecords } from "../../../shared/adapters/records/secret-records.ts";
import { secretRow } from "../../../shared/adapters/records/secret-rows.ts";
import type { LetterBox, LetterLine, LetterState } from "../../../shared/care/letter-box.ts";
import { aSecretRecord, later, NOON, newId } from "../../support/samples.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("Letters $name", ({ newTable }) => {
  let clients: TappedTable;
  let journal: TappedTable;
  let box: LetterBox;
  beforeAll(async () => {
    clients = tappedTable(await newTable());
    journal = tappedTable(await newTable());
    box = letterBox(clients, journal, newId);
  });
  async function aSecret() {
    const record = aSecretRecord({ subscription: `${newId()} / Ä` });
    const version = (await clients.insert(secretRow(record)))?.etag ?? expect.fail();
    return { record, version };
  }
  const aLine = (person: string, changes: Partial<LetterLine> = {}): LetterLine => ({
    person,
    clientId: newId(),
    keyId: newId(),
    mark: "P7D",
    clientName: "Zoë's import",
    secretName: "Production",
    expiresAt: later(7),
    since: NOON,
    ...changes,
  });
  const waiting = async (subscription: string) => {
    for await (const one of box.waiting()) if (one.subscription === subscription) return one;
    return undefined;
  };

  test("are written with the mark on the secret or not at all, and it is noted before that they wait", async () => {
    const { record, version } = await aSecret();
    const { subscription } = record;
    const lines = [aLine("ann"), aLine("ann"), aLine("bob")];
    const told = { ...record, told: ["P7D"] };
    clients.forget();
    journal.forget();

    expect(await box.tell(told, version, lines, NOON)).toBe(true);
    expect([journal.calls.length, clients.calls.length]).toEqual([1, 1]);
    const secrets = secretRecords(clients, newId);
    expect((await secrets.secret(subscription, record.clientId, record.keyId))?.record).toEqual(
      told,
    );
    const people = await box.ofSubscription(subscription);
    expect(people.map(({ person, lines: own }) => [person, new Set(own)])).toEqual([
      ["ann", new Set(lines.slice(0, 2))],
      ["bob", new Set(lines.slice(2))],
    ]);
    expect(await waiting(subscription)).toMatchObject({ since: NOON });
    expect(await box.tell({ ...told, told: [] }, version, [aLine("eve")], NOON)).toBe(false);
    expect(await box.ofSubscription(subscription)).toEqual(people);
    expect(await box.ofSubscription(newId())).toEqual([]);
  });

  test("for more people than one transaction holds are all there when the secret says so, and none again", async () => {
    const { record, version } = await aSecret();
    const { subscription } = record;
    const lines = Array.from({ length: 230 }, (_, at) => aLine(`person ${at}`));
    const told = { ...record, told: ["P7D"] };

    expect(await box.tell(told, version, lines, NOON)).toBe(true);

    expect(await box.ofSubscription(subscription)).toHaveLength(230);
    const again = lines.map((line) => ({ ...line, mark: "P1D" }));
    expect(await box.tell(told, version, again, NOON)).toBe(false);
    const people = await box.ofSubscription(subscription);
    expect(people.filter(({ lines: own }) => own.length > 1)).toEqual([]);
  });

  test("of which one is on its way are held by one who sends, and are gone when it has been sent", async () => {
    const { record, version } = await aSecret();
    const { subscription } = record;
    const [first, second] = [aLine("ann"), aLine("ann", { mark: "expired" })];
    await box.tell(record, version, [first, second], NOON);
    const claim = { owner: newId(), claimedAt: later(1) };
    const sealed = { id: "letter:1", lines: ["one", "two"], claim, notBefore: later(2) };
    const state: LetterState = { person: "ann", sealed };
    const mine = (await box.save(subscription, state)) ?? expect.fail();

    expect(await box.save(subscription, state)).toBeUndefined();
    expect(await box.ofSubscription(subscription)).toMatchObject([
      { person: "ann", state: { now: state, version: mine } },
    ]);
    const next = await box.save(subscription, { person: "ann", sealed }, mine);
    expect(next).toBeDefined();
    const sent: LetterState = { person: "ann", sentAt: later(3) };
    expect(await box.sent(subscription, sent, mine, [first])).toBe(false);
    expect(await box.sent(subscription, sent, next ?? "", [first])).toBe(true);
    const [left] = await box.ofSubscription(subscription);
    expect(left).toMatchObject({ lines: [second], state: { now: sent } });
    expect(left?.state?.now).not.toHaveProperty("sealed");
  });

  test("that are forgotten are still known when something was noted meanwhile", async () => {
    const { record, version } = await aSecret();
    const { subscription } = record;
    await box.tell(record, version, [aLine("ann")], NOON);
    const before = (await waiting(subscription)) ?? expect.fail();
    await box.tell(record, 'W/"another"', [aLine("ann")], later(1));
    await box.forget(before);
    const now = (await waiting(subscription)) ?? expect.fail();
    expect(now.since).toEqual(later(1));
    await box.forget(now);
    expect(await waiting(subscription)).toBeUndefined();
  });
});
