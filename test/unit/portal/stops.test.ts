import { expect, test } from "vitest";
import { stoppedText, stopsOf } from "../../../portal/elements/consents/stops.ts";
import type { ShownConsent } from "../../../portal/elements/shared/shapes.ts";
import type { Texts } from "../../../portal/elements/texts/texts.ts";
import { consentItem } from "../../browser/operators-stub.ts";

const stopped = { reason: "Not paid", at: "2026-11-21T10:00:00Z", operation: consentItem(7).appId };
const suspended = { by: "operator" as const, reason: "Leaked", at: stopped.at };
const item = (change: Partial<ShownConsent>): ShownConsent => ({ ...consentItem(1), ...change });
const granted = { ...consentItem(1).consent, state: "granted" as const };

test.each<[string, Partial<ShownConsent>, readonly string[], readonly string[]]>([
  ["one that runs", {}, ["suspend"], ["suspend-subscription", "block-subscription"]],
  [
    "one that is stopped",
    { suspended },
    ["resume"],
    ["suspend-subscription", "block-subscription"],
  ],
  [
    "one that its customer has stopped",
    { suspended: { ...suspended, by: "customer" } },
    ["suspend"],
    ["suspend-subscription", "block-subscription"],
  ],
  [
    // Alone it would be refused: it goes on with its subscription.
    "one whose subscription is stopped",
    { suspended, stops: { subscription: "contoso", suspended: stopped } },
    ["suspend"],
    ["resume-subscription", "block-subscription"],
  ],
  [
    "one whose subscription is blocked",
    { stops: { subscription: "contoso", blocked: stopped } },
    ["suspend"],
    ["suspend-subscription", "unblock-subscription"],
  ],
  [
    "one that was granted, where the service may revoke",
    { consent: granted, automaticGrant: true },
    ["suspend", "revoke"],
    ["suspend-subscription", "block-subscription"],
  ],
  [
    "one that was granted, where it may not",
    { consent: granted, automaticGrant: false },
    ["suspend"],
    ["suspend-subscription", "block-subscription"],
  ],
])("of %s what makes sense is offered", (_, change, client, subscription) => {
  expect(stopsOf(item(change))).toEqual({ client, subscription });
});

test.each([
  ["operator", "An administrator on Monday: Leaked"],
  ["customer", "Its customer on Monday: Leaked"],
] as const)("an operator reads who has stopped a client: its %s", (by, text) => {
  const t = {
    suspendedText: (at: string, reason: string) => `An administrator on ${at}: ${reason}`,
    suspendedByItsCustomer: (at: string, reason: string) => `Its customer on ${at}: ${reason}`,
  } as Texts;

  expect(stoppedText(t, { ...suspended, by }, "Monday")).toBe(text);
});
