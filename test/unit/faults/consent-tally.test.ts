import { expect, test } from "vitest";
import type { Alert } from "../../../infra/local/inbox/alert.ts";
import { lockLostIn, tallyConsents } from "../../faults/support/consent-tally.ts";
import { newId } from "../../support/samples.ts";

/** Whether the campaign against the consent clock would see a repeat that nothing explains. */

const client = { id: newId(), operationId: newId() };
const AT = Date.parse("2026-11-22T07:00:00Z");
const alert = (seconds: number): Alert => ({
  id: "one",
  channel: "webhook",
  stage: "reminded",
  threshold: "50%",
  clientId: client.id,
  receivedAt: new Date(AT + 1_000 * seconds).toISOString(),
  payload: undefined,
});
const twice = { alerts: () => [alert(0), alert(9)] };
const unexplained = (kills: readonly number[], locksLost: readonly string[]) =>
  tallyConsents(twice, [client], { kills, locksLost: new Set(locksLost) }).unexplained;

const REPEATED = `webhook ${client.id} reminded 50%`;
const settle = (messageId: string, error: string): string =>
  `2026-11-22T07:00:06.000Z warning consent-clock Message ${messageId} was not settled: ServiceBusError: ${error}`;
const LOCK_LOST =
  "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.";

test("a repeat is explained by its sender's death", () => {
  expect(unexplained([AT + 1_500], [])).toEqual([]);
});

test("a repeat is not explained by somebody's death long after", () => {
  expect(unexplained([AT + 8_000], [])).toEqual([REPEATED]);
});

test("a repeat is explained by its own message's lost lock, and by no other's", () => {
  expect(unexplained([], [client.operationId])).toEqual([]);
  expect(unexplained([], [newId()])).toEqual([REPEATED]);
});

test.each([
  [client.operationId, LOCK_LOST, client.operationId],
  [`${client.operationId}:look:1795331729881`, LOCK_LOST, client.operationId],
  [client.operationId, "The link was closed.", undefined],
])("of the message %s, %s", (messageId, error, operation) => {
  expect(lockLostIn(settle(messageId, error))).toBe(operation);
});
