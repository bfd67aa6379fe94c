import { beforeAll, describe, expect, test } from "vitest";
import { tableJournal } from "../../../shared/adapters/records/journal.ts";
import type { HeldEntry, Journal, Operation } from "../../../shared/operations/journal.ts";
import { anEntry, later, NOON, newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("The journal $name", ({ newTable }) => {
  let journal: Journal;
  beforeAll(async () => {
    journal = tableJournal(await newTable());
  });

  const aRename = () => ({ kind: "rename", clientId: newId(), displayName: "Renamed" }) as const;

  async function opened<Kind extends Operation>(...entry: Parameters<typeof anEntry<Kind>>) {
    const held = await journal.open(anEntry(...entry));
    if (!held) throw new Error("The journal did not take the entry");
    return held;
  }

  const operations: Operation[] = [
    { kind: "create", displayName: "Ä", roles: ["api.read"], requestedBy: "Ann" },
    {
      kind: "add-secret",
      clientId: newId(),
      displayName: "Production",
      createdAt: NOON.toISOString(),
      expiresAt: later(1000).toISOString(),
    },
    { kind: "remove-secret", clientId: newId(), keyId: newId() },
    { kind: "rename", clientId: newId(), displayName: "Renamed" },
    { kind: "delete", clientId: newId() },
    {
      kind: "announce",
      event: {
        id: newId(),
        type: "client.deleted",
        time: NOON.toISOString(),
        clientId: newId(),
        subscription: "contoso",
        data: {},
      },
    },
  ];
  test.each(operations)("keeps all of a $kind", async (operation) => {
    const held = await opened(operation);
    const alone = operation.kind !== "create" && operation.kind !== "announce";
    const key = alone ? operation.clientId : held.entry.operationId;

    const found = await journal.find(key);

    expect(found).toEqual(held);
  });

  test("holds one change of a client at a time", async () => {
    const operation = aRename();
    const first = await opened(operation);

    const second = await journal.open(anEntry(operation));
    await journal.close(first);
    const third = await journal.open(anEntry(operation));

    expect(second).toBeUndefined();
    expect(third).toBeDefined();
  });

  test("holds any number of creates", async () => {
    const operation = { kind: "create", displayName: "A", roles: [], requestedBy: "" } as const;

    const held = [await journal.open(anEntry(operation)), await journal.open(anEntry(operation))];

    expect(held.every(Boolean)).toBe(true);
  });

  test("tells who closes an entry whether it was still theirs", async () => {
    const held = await opened(aRename());
    const taken = await journal.take(held, later(10), 1);

    const closed = [await journal.close(held), taken && (await journal.close(taken))];

    expect(closed).toEqual([false, true]);
    expect(await journal.find(held.entry.operation.clientId)).toBeUndefined();
  });

  test("lets an entry be taken over by one only, with the time and the number of looks", async () => {
    const held = await opened(aRename());

    const first = await journal.take(held, later(10), 1);
    // In the very same millisecond, as two timers on one schedule may.
    const second = await journal.take(held, later(10), 1);

    expect(first?.entry).toEqual({ ...held.entry, touchedAt: later(10), looks: 1 });
    expect(second).toBeUndefined();
  });

  test("settles the entry of a create, whoever holds it, and no other's, again and again", async () => {
    const held = await opened({
      kind: "create",
      displayName: "Nightly",
      roles: ["api.read"],
      requestedBy: "Ann",
    } as const);
    const { operationId } = held.entry;
    await journal.take(held, later(10), 1);

    await journal.settle(newId());
    const kept = await journal.find(operationId);
    await journal.settle(operationId);
    await journal.settle(operationId);

    expect(kept).toBeDefined();
    expect(await journal.find(operationId)).toBeUndefined();
  });

  test("lists what nobody has touched since a moment, and nothing younger", async () => {
    const old = await opened(aRename(), { touchedAt: later(-100_000) });
    const young = await opened(aRename(), { touchedAt: later(100_000) });
    const listed: HeldEntry[] = [];

    for await (const held of journal.abandoned(later(-50_000))) listed.push(held);

    expect(listed).toContainEqual(old);
    expect(listed.map(({ entry }) => entry.operationId)).not.toContain(young.entry.operationId);
  });
});
