import { beforeAll, describe, expect, test } from "vitest";
import { operationRecords } from "../../../shared/adapters/records/operation-records.ts";
import { watchRecords } from "../../../shared/adapters/records/watch-records.ts";
import type { WatchRecords } from "../../../shared/care/ports.ts";
import { EVERY_CLIENT, type Watch } from "../../../shared/clients/watch.ts";
import type { Held, Operation } from "../../../shared/operations/admission/operation.ts";
import { admitOne } from "../../support/admit-one.ts";
import { anOperation, aRecord, later, NOON, newId } from "../../support/samples.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("Watchers $name", ({ newTable }) => {
  let table: TappedTable;
  let records: WatchRecords;
  beforeAll(async () => {
    table = tappedTable(await newTable());
    records = watchRecords(table);
  });
  const aWatch = (changes: Partial<Watch> = {}): Watch => ({
    person: `person-${newId()}`,
    email: "zoë@contoso.example",
    subscription: `${newId()} / Ä`,
    of: newId(),
    timeZone: "Europe/Berlin",
    since: NOON,
    by: "person",
    ...changes,
  });

  test("are found with all they had, in one request, and are one subscription's", async () => {
    const watch = aWatch();
    const { timeZone: _, ...made } = aWatch({ ...watch, of: EVERY_CLIENT, by: "create" });
    const others = aWatch({ subscription: watch.subscription });
    for (const one of [watch, made, others, { ...watch, subscription: newId() }])
      await records.watch(one);
    table.forget();

    const own = await records.ofPerson(watch.subscription, watch.person);
    expect(table.calls).toEqual([`page watch:${watch.person}:`]);
    expect(new Set(own.watches)).toEqual(new Set([watch, made]));
    expect(own).not.toHaveProperty("silentSince");
    const all = await records.ofSubscription(watch.subscription);
    expect(new Set(all.keys())).toEqual(new Set([watch.person, others.person]));
    expect(all.get(others.person)).toEqual({ watches: [others] });
    expect(await records.ofPerson(watch.subscription, "nobody")).toEqual({ watches: [] });
  });

  test("asked again have the newest address; what is watched no more is gone, however often", async () => {
    const watch = aWatch();
    await records.watch(watch);
    await records.watch({ ...watch, email: "ann@contoso.example" });
    expect((await records.ofPerson(watch.subscription, watch.person)).watches).toMatchObject([
      { email: "ann@contoso.example" },
    ]);
    await records.unwatch(watch.subscription, watch.person, watch.of);
    await records.unwatch(watch.subscription, watch.person, watch.of);
    expect(await records.ofPerson(watch.subscription, watch.person)).toEqual({ watches: [] });
  });

  test("that want no more mail are gone at once, and known as that", async () => {
    const watch = aWatch();
    const others = aWatch({ subscription: watch.subscription });
    for (const one of [watch, { ...watch, of: EVERY_CLIENT }, others]) await records.watch(one);

    await records.silence(watch.subscription, watch.person, later(1));

    const silent = { watches: [], silentSince: later(1) };
    expect(await records.ofPerson(watch.subscription, watch.person)).toEqual(silent);
    const all = await records.ofSubscription(watch.subscription);
    expect(all.get(watch.person)).toEqual(silent);
    expect(all.get(others.person)).toEqual({ watches: [others] });
    await records.silence(watch.subscription, watch.person, later(2));
    expect(await records.ofPerson(watch.subscription, watch.person)).toEqual({
      watches: [],
      silentSince: later(2),
    });
  });

  test("of more than one transaction holds go silent as well, also twice at once", async () => {
    const watch = aWatch();
    const many = Array.from({ length: 120 }, () => ({ ...watch, of: newId() }));
    await Promise.all(many.map((one) => records.watch(one)));
    const silence = () => records.silence(watch.subscription, watch.person, later(1));
    await Promise.all([silence(), silence()]);
    expect(await records.ofPerson(watch.subscription, watch.person)).toEqual({
      watches: [],
      silentSince: later(1),
    });
  });

  test("come with the client that they made, in its transaction, and go a month after it", async () => {
    const operations = operationRecords(table, newId);
    const subscription = newId();
    const record = aRecord({ subscription });
    const { timeZone: _, ...watch } = aWatch({ subscription, of: record.id, by: "create" });
    const stays = aWatch({ subscription, person: watch.person });
    await records.watch(stays);
    const under = async (operation: Operation): Promise<Held> => {
      const { account, version } = await operations.account(subscription);
      const counted = { account: { ...account, writes: account.writes + 1 }, version };
      const entry = anOperation(operation, { subscription });
      const admitted = await admitOne(operations, { entry, account: counted });
      return admitted.admitted ? admitted.held : expect.fail();
    };
    const create: Operation = {
      kind: "create",
      displayName: "A client",
      roles: ["api.read"],
      requestedBy: "Zoë",
      watcher: { person: watch.person, email: watch.email },
    };
    const held = await under(create);
    expect((await operations.underWay(subscription, held.entry.operationId))?.entry).toMatchObject({
      operation: { watcher: create.watcher },
    });
    table.forget();
    const made = { now: "made", record, requestedBy: "Zoë", watch } as const;
    expect(await operations.end(held, { activity: [], client: made })).toBe("ended");
    expect(table.calls).toHaveLength(1);
    const watched = async () =>
      new Set((await records.ofPerson(subscription, watch.person)).watches);
    expect(await watched()).toEqual(new Set([watch, stays]));

    const removal = await under({ kind: "delete", clientId: record.id });
    const deleted = { now: "deleted", record, at: NOON } as const;
    await operations.end(removal, { activity: [], client: deleted });
    await operations.purge(subscription, "deleted", NOON);
    expect(await watched()).toEqual(new Set([watch, stays]));
    await operations.purge(subscription, "deleted", later(1));
    expect(await watched()).toEqual(new Set([stays]));
  });
});
