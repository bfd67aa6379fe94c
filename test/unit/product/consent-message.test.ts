import { expect, test } from "vitest";
import { consentMessage } from "../../../functions/http/clients/consent-message.ts";
import type { Consent } from "../../../shared/clients/consent.ts";
import { aRecord, later, NOON } from "../../support/samples.ts";

const consent = (changes: Partial<Consent>): Consent => ({ ...aRecord().consent, ...changes });

test.each([
  [24, "within 24 hours"],
  [1, "within 1 hour"],
  [1.5, "within 1.5 hours"],
  [0.5, "within 30 minutes"],
  [20 / 3600, "within 20 seconds"],
])("a pending consent of %d hours says until when, and how soon that is", (slaHours, sentence) => {
  const dueAt = later(slaHours * 3_600_000);
  const message = consentMessage(consent({ requestedAt: NOON, slaHours, dueAt }));

  expect(message).toContain(`by ${dueAt.toISOString().slice(0, 16).replace("T", " ")} UTC`);
  expect(message).toContain(sentence);
});

test("a decision is told, a rejection with its reason", () => {
  expect(consentMessage(consent({ state: "granted" }))).toContain("has consented");
  expect(consentMessage(consent({ state: "revoked" }))).toContain("withdrawn");
  expect(consentMessage(consent({ state: "rejected", reason: "Unknown purpose." }))).toBe(
    "An administrator has rejected this client: Unknown purpose.",
  );
  expect(consentMessage(consent({ state: "rejected" }))).toBe(
    "An administrator has rejected this client.",
  );
});
