import { DAY_MS, dayOf } from "../../base/day.ts";
import { withDeadline } from "../../base/deadline.ts";
import { note } from "../../base/observation.ts";
import { endingsOf } from "../../clients/credential.ts";
import type { DirectoryClient } from "../../clients/ports.ts";
import { workQueue } from "../../consent/sweeps/work-queue.ts";
import { difference } from "./difference.ts";
import type { LookDeps } from "./look-deps.ts";
import type { LookAgain } from "./look-progress.ts";
import { lookAgainAt } from "./notice.ts";
import { settleFindings } from "./settle-findings.ts";

const LANES = 8;
/** Of the lanes, what one customer may have at once. */
const SHARE = 4;
/** Asked for together: twenty to a call. */
const TOGETHER = 100;

/**
 * Looks once more at clients that differed from their records, now that neither side can be late, and tells what has happened.
 * A call for twenty of them; of each its record, whether an operation of ours is under way, and its secrets: three requests, and
 * two more where something is told.
 */
export async function lookAgain(deps: LookDeps): Promise<{ told: number; failed: number }> {
  const tally = { told: 0, failed: 0 };
  const queue = workQueue(LANES, SHARE);
  for await (const page of deps.progress.again(deps.runtime.now())) {
    for (let at = 0; at < page.length; at += TOGETHER) {
      const some = page.slice(at, at + TOGETHER);
      const live = await deps.directory.getMany(some.map(({ lead }) => lead.clientId));
      for (const again of some)
        queue.add(again.lead.subscriptionKey, async () => {
          try {
            const shown = live.get(again.lead.clientId);
            const count = await withDeadline(deps.entryMs, () => look(deps, again, shown));
            tally.told += count;
          } catch {
            // It stays, and comes with the next run.
            note("secrets-look-failed");
            tally.failed += 1;
          }
        });
      await queue.done();
    }
  }
  return tally;
}

/** How many happenings were told. The directory was asked before the records: what ends in between is seen in these. */
async function look(
  deps: LookDeps,
  again: LookAgain,
  shown: DirectoryClient | undefined,
): Promise<number> {
  const { records, found, progress, runtime, journal } = deps;
  const { lead } = again;
  const record = await records.at(lead);
  if (!shown || !record) {
    // Deleted, which others tell of. If it comes back within its month it has what it had, which no pass finds changed any more.
    if (record || (await records.deletedAt(lead)))
      await progress.lookAgain([lead], new Date(runtime.now().getTime() + DAY_MS));
    // Or never ours.
    else await progress.seen(again);
    return 0;
  }
  const { subscription } = record;
  const later = () => progress.lookAgain([lead], lookAgainAt(runtime.now()));
  if (await records.underWay(subscription, lead.clientId)) {
    await later();
    return 0;
  }
  const findings = difference(await found.known(lead), endingsOf(shown), runtime.now());
  if (findings === "late") {
    await later();
    return 0;
  }
  if (findings.length > 0) {
    await journal.active(dayOf(runtime.now()), subscription);
    if (!(await settleFindings(deps, record, findings))) {
      await later();
      return 0;
    }
  }
  await progress.seen(again);
  return findings.length;
}
