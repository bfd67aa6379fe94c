import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

/** Loops that end by something else than a count, and what that is. */
const ENDING: Readonly<Record<string, string>> = {
  "shared/adapters/directory/consent-grant.ts":
    "every round pauses, and the pause throws when the time is over",
  "shared/adapters/records/alert-log.ts":
    "every round reads behind the page before, and the deadline ends the reading",
  "shared/adapters/records/gathered-table.ts":
    "every round takes at least one from the queue, and waits for the tables",
  "shared/adapters/records/legible.ts":
    "every round reads behind the page before, and the deadline ends the reading",
  "shared/adapters/records/letter-box.ts": "every round takes 99 lines from the list",
  "shared/adapters/records/look-progress.ts":
    "every round takes at least one bucket from the list, and waits for the tables",
  "shared/adapters/records/purge-rows.ts": "every round removes a row from the list",
  "shared/adapters/records/table.ts":
    "a page that is followed by itself throws, and the deadline ends the reading",
  "shared/base/in-groups.ts": "every round waits until a work has ended that makes room",
  "shared/consent/decisions/list-consents.ts":
    "every round goes on behind the last row of the one before",
  "shared/consent/sweeps/read-lists.ts": "every round is a page further, and saved",
  "shared/operations/admission/shared-turn.ts":
    "every round waits for a turn, and takes at least one from the queue",
};

test("no loop of what ships is without an end and a pause", () => {
  const endless = globSync("{shared,functions}/**/*.ts", { cwd: ROOT }).filter((file) =>
    /for \(;;|while \(/.test(readFileSync(join(ROOT, file), "utf8")),
  );
  expect(endless.toSorted()).toEqual(Object.keys(ENDING).toSorted());
});
