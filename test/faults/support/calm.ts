import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { type Asker, request } from "./asks.ts";
import { rows } from "./found.ts";
import { Created, STALE, succeeded, type Wish } from "./wish.ts";
import type { Pair } from "./worker.ts";

/** The next step of an operation on a subscription comes within so long, though a few came to nothing. */
const NEXT_STEP_MS = 10_000;

/** What is waited for between two blows, and at the end. */

/**
 * No message waits that a living host could take, and whoever was told of a client has had operators told of it. Locks of the
 * dead run out by themselves.
 *
 * @param swept hosts whose sweep, which comes every minute, is made to come now: it finds what a dead consumer was telling
 */
export async function quiet(
  cloud: Cloud,
  wishes: readonly Wish[],
  swept?: Pick<Pair, "run">,
): Promise<void> {
  const created = wishes.flatMap(({ ask, answer }) =>
    ask === "create" && succeeded(answer) ? [Created.parse(answer?.body).id] : [],
  );
  // An operation on a whole subscription goes on from message to message.
  const isWhole = wishes.at(-1)?.ask.endsWith("-subscription") ?? false;
  await eventually(
    async () => {
      await swept?.run("consent-sweep");
      const alerted = new Set(cloud.inbox.alerts().map(({ clientId }) => clientId));
      const operations = cloud.bus.entity("operations");
      return {
        hosts: cloud.hosts.length,
        active: cloud.bus.entity("consent").active + operations.active,
        steps: isWhole ? cloud.bus.dueWithin("operations", NEXT_STEP_MS) : 0,
        untold: created.filter((id) => !alerted.has(id)),
      };
    },
    ({ hosts, active, steps, untold }) =>
      hosts < 2 || (active === 0 && steps === 0 && untold.length === 0),
    60_000,
  );
}

/** Until nothing is under way and nothing left over; checks come by themselves, and the timers read what they left. */
export async function settle(cloud: Cloud, pair: Pair): Promise<void> {
  await eventually(
    async () => {
      await Promise.all([pair.run("reconcile"), pair.run("consent-sweep")]);
      const [clients, journal, consents] = await Promise.all([
        rows(cloud, "clients"),
        rows(cloud, "journal"),
        rows(cloud, "consents"),
      ]);
      const busy = clients.filter(({ rowKey }) => rowKey.startsWith("busy:"));
      const left = journal.filter((row) => ["untold", "adrift"].includes(row.partitionKey));
      const runs = journal.filter(
        (row) => row.partitionKey === "runs" && row["state"] === "running",
      );
      const deciding = consents.filter(
        (row) => row.partitionKey === "deciding" && !row.rowKey.startsWith("~"),
      );
      return [...busy, ...left, ...runs, ...deciding].map(({ rowKey }) => rowKey);
    },
    (left) => isDeepStrictEqual(left, []),
    120_000,
  );
}

const COME_AGAIN = [409, 429, 503];
const TIMES = 10;

/** What a careful caller does who got no answer: the same request, with the same key, and again when told so. */
export async function askAgain(asker: Asker, wishes: readonly Wish[]): Promise<void> {
  for (const wish of wishes) {
    if (succeeded(wish.answer) || (wish.answer && wish.ifMatch === STALE)) continue;
    for (let times = 1; times <= TIMES; times += 1) {
      const answer = await request(asker, wish);
      if (answer) wish.answer = answer;
      if (answer && !COME_AGAIN.includes(answer.status)) break;
      await pause(200);
    }
  }
}
