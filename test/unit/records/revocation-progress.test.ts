import { expect, test } from "vitest";
import { revocationProgress } from "../../../shared/adapters/records/revocation-progress.ts";
import type { RevocationPass } from "../../../shared/consent/sweeps/revocation-pass.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { NOON } from "../../support/samples.ts";

test("no page of a pass that is over is left, though another host forgets some of them at once", async () => {
  const table = memoryTable();
  const progress = revocationProgress(table);
  const pass: RevocationPass = {
    ...{ startedAt: NOON, phase: "grants", pages: 0, owner: "a host", touchedAt: NOON },
  };
  let version: string | undefined;
  for (let pages = 1; pages <= 3; pages += 1)
    version = (await progress.save({ ...pass, pages }, version, [`mark${pages}`]))?.version;
  expect(await progress.seen()).toEqual(new Set(["mark1", "mark2", "mark3"]));
  const met = revocationProgress({
    ...table,
    transact: async (actions) => {
      await table.delete("revocations", "page:000002");
      return table.transact(actions);
    },
  });

  await met.clear();

  // What stayed would be taken for seen by the next pass.
  expect(await progress.seen()).toEqual(new Set());
});
