import { expect, test } from "vitest";
import type { Activity } from "../../../shared/clients/activity.ts";
import { isSo } from "../../faults/support/is-so.ts";
import type { State } from "../../faults/support/state-of.ts";

/** The end of a customer is called off before it is there, and reversed by a resume after it: nothing else undoes it. */
test.each<{ since: readonly string[]; is: boolean }>([
  { since: [], is: false },
  { since: ["offboard-cancelled"], is: true },
  { since: ["resumed"], is: false },
  { since: ["offboarded"], is: false },
  { since: ["offboarded", "resumed"], is: true },
])("who is not being offboarded any more has been $since", ({ since, is }) => {
  const entry = { action: "subscription.offboarding", subscription: "contoso" } as Activity;
  const state = { offboarded: new Set<string>() } as unknown as State;
  const done = new Map(since.map((action) => [`subscription.${action} contoso`, []]));

  expect(isSo(entry, state, done)).toBe(is);
});
