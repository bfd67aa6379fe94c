import { expect, test } from "vitest";
import { handleMessage } from "../../../shared/consent/clock/handle-message.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { unlistClient } from "../../../shared/consent/unlist-client.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { recorded } from "../../support/recorded.ts";
import { restored } from "../../support/restored-client.ts";
import { later } from "../../support/samples.ts";

/** The message that takes a deleted client off its list comes again: its host died before it was done with, or was slow. */

const HOUR = 3_600_000;

/** Made at noon and told of; deleted then, and off its list. */
async function offItsList(ageMs: number) {
  const world = consentWorld();
  const { record, message } = recorded(world);
  await handleMessage(world.deps, message);
  world.setNow(later(ageMs));
  await unlistClient(world.deps, record);
  const [look] = world.lookMessages;
  if (!look) return expect.unreachable();
  await handleMessage(world.deps, look);
  await world.deps.records.remove(record, world.deps.runtime.now());
  expect(await world.deps.cases.find(record.id)).toEqual([]);
  return { world, record, look };
}
const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

test("and a client that was made hours ago is not told of as made once more", async () => {
  const { world, look } = await offItsList(2 * HOUR);
  const before = ids(world.events);

  await handleMessage(world.deps, look);
  await sweepConsents(world.deps);

  expect(ids(world.events)).toEqual(before);
  expect(world.stages()).toEqual(["requested"]);
});

test.each([30_000, 2 * HOUR])(
  "and its client, made %i ms before and back by now, is made under one id",
  async (ageMs) => {
    const { world, record, look } = await offItsList(ageMs);
    await handleMessage(world.deps, look);

    const back = await restored(world, record);
    await sweepConsents(world.deps);

    const made = world.events.filter(({ type }) => type === "client.created");
    expect(new Set(ids(made))).toEqual(new Set([`${record.operationId}:client.created`]));
    expect(ids(world.events).at(-1)).toBe(`${back.operationId}:consent.requested`);
    expect(await world.deps.cases.find(record.id)).toMatchObject([
      { found: { operationId: back.operationId, consent: { requestedAt: back.restoredAt } } },
    ]);
  },
);
