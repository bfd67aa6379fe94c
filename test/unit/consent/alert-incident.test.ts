import { beforeEach, describe, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { alertIncident } from "../../../shared/consent/alerts/alert-incident.ts";
import type { OperationIncident } from "../../../shared/events/operation-incident.ts";
import { memoryChannel } from "../../doubles/memory-channel.ts";
import { CLIENT_ID, OPERATION_ID, QUEUE_URL } from "../../support/alert-samples.ts";
import { later, NOON, newId } from "../../support/samples.ts";

const INCIDENT: OperationIncident = {
  ...{ type: "operation.incident", version: 1, id: "incident:parked:1", operationId: OPERATION_ID },
  ...{ subscription: "contoso", kind: "rename", reason: "parked", at: NOON.toISOString() },
};
/** What each channel is sent, a minute after it happened. */
const ALERT = {
  ...{ stage: "incident", id: INCIDENT.id, operationId: OPERATION_ID, subscription: "contoso" },
  ...{ kind: "rename", reason: "parked", queueUrl: QUEUE_URL },
  ...{ happenedAt: NOON, sentAt: later(60_000) },
};
const runtime = {
  ...{ now: () => later(60_000), newId, random: () => 0.5 },
  pause: async () => undefined,
};

let webhook: ReturnType<typeof memoryChannel>;
let email: ReturnType<typeof memoryChannel>;
let putOff: OperationIncident[];
beforeEach(() => {
  webhook = memoryChannel("webhook");
  email = memoryChannel("email");
  putOff = [];
});
const deps = () => ({
  ...{ channels: [webhook, email], runtime, queueUrl: QUEUE_URL },
  putOff: async (again: OperationIncident) => void putOff.push(again),
});
const tell = (changes: Partial<OperationIncident> = {}) =>
  alertIncident(deps(), { ...INCIDENT, ...changes });

describe("an incident", () => {
  test("is told on every channel, once, with when it happened", async () => {
    expect(await tell()).toBe("told");

    expect(webhook.taken).toEqual([ALERT]);
    expect(email.taken).toEqual([ALERT]);
    expect(putOff).toEqual([]);
  });

  test("of a client names it", async () => {
    await tell({ clientId: CLIENT_ID });

    expect(webhook.taken).toEqual([{ ...ALERT, clientId: CLIENT_ID }]);
  });

  test("that a channel did not take is put off, with those that have it, and tried on that one alone", async () => {
    const observation = newObservation();
    email.refuse(true);

    expect(await observe(observation, () => tell({ attempt: 2 }))).toBe("put-off");

    expect(observation.notes).toEqual(["not-told:email"]);
    expect(putOff).toEqual([{ ...INCIDENT, attempt: 2, told: ["webhook"] }]);
    email.refuse(false);
    expect(await tell({ told: ["webhook"] })).toBe("told");
    expect([webhook.taken, email.taken]).toEqual([[ALERT], [ALERT]]);
    expect(putOff).toHaveLength(1);
  });

  test("that nobody takes names nobody but those who had it before", async () => {
    for (const channel of [webhook, email]) channel.refuse(true);
    expect(await tell()).toBe("put-off");
    expect(await tell({ told: ["teams"] })).toBe("put-off");

    expect(putOff.map(({ told }) => told)).toEqual([[], ["teams"]]);
  });

  test("that everybody has is told nobody", async () => {
    expect(await tell({ told: ["email", "webhook"] })).toBe("told");

    expect([...webhook.taken, ...email.taken, ...putOff]).toEqual([]);
  });

  test("is no channel's, where the fault is ours: the message comes again", async () => {
    const broken = async (): Promise<never> => {
      throw new TypeError("A mistake");
    };
    const channels = [webhook, { name: "email" as const, send: broken }];

    // Whoever has it does not hear it again for that.
    expect(await alertIncident({ ...deps(), channels }, INCIDENT)).toBe("put-off");
    const [again = expect.unreachable()] = putOff.splice(0);
    expect(again.told).toEqual(["webhook"]);
    await expect(alertIncident({ ...deps(), channels }, again)).rejects.toThrow("A mistake");
    expect(putOff).toEqual([]);
  });

  test("that cannot be put off throws, so that the message comes again under its id", async () => {
    email.refuse(true);
    const away = async (): Promise<never> => {
      throw new RemoteUnavailable("bus", { executed: "no" });
    };

    const told = alertIncident({ ...deps(), putOff: away }, INCIDENT);

    await expect(told).rejects.toThrow(RemoteUnavailable);
    expect(webhook.taken).toEqual([ALERT]);
  });
});
