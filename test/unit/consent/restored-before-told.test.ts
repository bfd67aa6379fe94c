import { expect, test } from "vitest";
import { handleMessage } from "../../../shared/consent/clock/handle-message.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { restored } from "../../support/restored-client.ts";
import { ANN, aRecord, NOON } from "../../support/samples.ts";

test("that a client was made is told although it was deleted and is back before the message of its create comes", async () => {
  const world = consentWorld();
  const { subscription, ...record } = aRecord();
  const made = { ...record, subscription };
  world.put(made);
  world.made.set(made.operationId, {
    ...{ state: "recorded", record: made, requestedBy: "Ann", actor: ANN.actor },
  });
  await world.deps.records.remove(made, NOON);
  const back = await restored(world, made);

  await handleMessage(world.deps, {
    ...{ type: "consent.requested", version: 2, operationId: made.operationId, subscription },
    requestedAt: NOON.toISOString(),
  });

  expect(world.types()).toContain("client.created");
  expect(await world.deps.cases.find(made.id)).toMatchObject([
    { found: { operationId: back.operationId } },
  ]);
});
