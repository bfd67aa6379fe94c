import { expect, test } from "vitest";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { caseRow } from "../../../shared/adapters/records/consent-rows.ts";
import { openCase } from "../../../shared/consent/consent-case.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { collect } from "../../support/collect.ts";
import { aRecord } from "../../support/samples.ts";

test("a row of the lists that nobody can read keeps no pass from those behind it", async () => {
  const table = memoryTable();
  const cases = consentCases(table);
  const subject = openCase(aRecord({ id: "ffffffff-0000-4000-8000-000000000000" }), "Zoë");
  await table.insert(caseRow(subject));
  const decision = { id: "d", to: "rejected" as const, at: new Date(0), told: [], subject };
  await cases.begin(decision);
  await cases.keepDrift({ subject, excess: [], foundAt: new Date(0), told: [] });
  for (const partitionKey of ["pending", "deciding", "drifted"])
    await table.insert({ partitionKey, rowKey: "00000000-0000-4000-8000-000000000000" });

  const { clientId } = subject;
  expect(await collect(cases.all("pending"))).toMatchObject([{ found: { clientId } }]);
  expect(await collect(cases.decisions())).toMatchObject([{ decision: { subject: { clientId } } }]);
  expect(await cases.drifts()).toMatchObject([{ drift: { subject: { clientId } } }]);
});
