import { describe, expect, test } from "vitest";
import { handleMessage } from "../../../shared/consent/clock/handle-message.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, newId } from "../../support/samples.ts";

describe("a message of the version before", () => {
  const version1 = (record: { operationId: string; id: string }) =>
    ({
      type: "consent.requested",
      version: 1,
      operationId: record.operationId,
      clientId: record.id,
      subscription: "contoso",
      requestedBy: "Bob",
    }) as const;

  test("lists the client it names", async () => {
    const world = consentWorld();
    const record = aRecord();
    world.put(record);
    expect(await handleMessage(world.deps, version1(record))).toBe("waiting");
    expect(world.alerts).toMatchObject([{ requestedBy: "Bob" }]);
  });

  test("that names another create than the client's own lists nobody; nor does a look make its check", async () => {
    const world = consentWorld();
    const record = aRecord();
    world.put(record);
    expect(await handleMessage(world.deps, version1({ id: record.id, operationId: newId() }))).toBe(
      "nothing",
    );
    expect(await world.deps.cases.find(record.id)).toEqual([]);
    const listed = await world.client();
    const look = { type: "consent.look", version: 1, clientId: listed.id } as const;
    expect(await handleMessage(world.deps, { ...look, operationId: newId() })).toBe("nothing");
    expect([world.alerts, world.events]).toEqual([[], []]);
  });

  test("that overtakes its record is put off a few times and then given up", async () => {
    const world = consentWorld();
    const message = version1(aRecord());
    expect(await handleMessage(world.deps, message)).toBe("put-off");
    expect(await handleMessage(world.deps, { ...message, attempt: 4 })).toBe("put-off");
    expect(await handleMessage(world.deps, { ...message, attempt: 5 })).toBe("nothing");
    expect(world.putOff.map(({ at }) => at)).toEqual([later(1_000), later(16_000)]);
  });
});
