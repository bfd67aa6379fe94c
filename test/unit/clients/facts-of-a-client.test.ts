import { describe, expect, test } from "vitest";
import { maxNameLength } from "../../../shared/clients/client.ts";
import { type ConsentState, isSameConsent } from "../../../shared/clients/consent.ts";
import { expectedDeleted } from "../../../shared/clients/expected-client.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { standingOf } from "../../../shared/clients/standing.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

test.each([
  ["AzureADMyOrg", 120],
  ["AzureADMultipleOrgs", 120],
  ["AzureADandPersonalMicrosoftAccount", 90],
] as const)("of %s the directory takes a name of %i characters", (audience, longest) => {
  expect(maxNameLength(audience)).toBe(longest);
});

describe("a consent", () => {
  const { consent } = aRecord();
  const granted = { ...consent, state: "granted", decidedAt: NOON } as const;

  test("is the same decision where state and time are, whatever else was noted", () => {
    const noted = { ...granted, decidedAt: later(0), remindersSent: 3 };
    expect(isSameConsent(granted, noted)).toBe(true);
    expect(isSameConsent(consent, { ...consent, remindersSent: 3 })).toBe(true);
  });

  test("is another one where it was decided otherwise, or at another time", () => {
    expect(isSameConsent(granted, { ...granted, state: "revoked" })).toBe(false);
    expect(isSameConsent(granted, { ...granted, decidedAt: later(1) })).toBe(false);
    expect(isSameConsent(granted, { ...consent, state: "granted" })).toBe(false);
  });
});

test("what a customer has besides a client is counted by state, without that client", () => {
  const states: readonly ConsentState[] = [
    ...(["pending", "granted", "granted", "rejected"] as const),
    ...(["rejected", "rejected", "revoked", "revoked", "revoked", "revoked"] as const),
  ];
  const clients = states.map((state) => ({
    ...{ id: newId(), operationId: newId(), state },
    read: () => expect.unreachable(),
  }));
  const counts = { pending: 1, granted: 2, rejected: 3, revoked: 4 };

  expect(standingOf({ clients, more: true }, newId())).toEqual({
    ...{ ...counts, clients: 10, more: true },
  });
  expect(standingOf({ clients, more: false }, clients[1]?.id ?? "")).toEqual({
    ...{ ...counts, granted: 1, clients: 9, more: false },
  });
});

test("a deleted client is waited for as what was made when it was deleted, for as long as it is kept as deleted", async () => {
  const record = aRecord({ createdAt: later(-86_400_000) });
  const deleted = { record, version: "1", deletedAt: NOON };
  let isKept = true;
  const records = {
    deleted: async (subscription: string, clientId: string) =>
      isKept && subscription === record.subscription && clientId === record.id
        ? deleted
        : undefined,
  };

  const { createdAt, recorded } = expectedDeleted(records, deleted);

  expect(createdAt).toEqual(NOON);
  expect(await recorded()).toBe(true);
  isKept = false;
  expect(await recorded()).toBe(false);
});

test("what the directory refuses is thrown under its name, with the reason and the cause", () => {
  const cause = new Error("403");
  const error = new DirectoryRefused({ reason: "not-ours" }, { cause });

  expect(String(error)).toBe("DirectoryRefused: The directory refuses for good: not-ours");
  expect(error).toMatchObject({ refusal: { reason: "not-ours" }, cause });
});
