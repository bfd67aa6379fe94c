import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { LETTER } from "../../../shared/adapters/records/letter-rows.ts";
import type { Row } from "../../../shared/adapters/records/table.ts";
import { eventually } from "../../support/eventually.ts";
import { type Asker, REMINDED_AFTER_MS, request } from "./asks.ts";
import { rows } from "./found.ts";
import { leftOver } from "./left-over.ts";
import { Created, Registered, STALE, succeeded, type Wish } from "./wish.ts";
import type { Pair } from "./worker.ts";

/** The next step of an operation on a subscription comes within so long, though a few came to nothing. */
const NEXT_STEP_MS = 10_000;

/** What is waited for between two blows, and at the end. */

/** A living service's sweep comes every minute; here nobody waits for it longer than this. */
const SWEPT_AFTER_MS = 10_000;
/** Whoever is not told of by then never will be, and the campaign says what is known of them. */
const LONG_MS = 45_000;

/**
 * No message waits that a living host could take, and whoever was told of a client has had operators told of it. Locks of the
 * dead run out by themselves; what a host claimed that had no time left to tell it, on a busy machine, the sweep finds.
 *
 * @param sweep `at-once` where somebody has died
 */
export async function quiet(
  cloud: Cloud,
  wishes: readonly Wish[],
  pair: Pick<Pair, "run">,
  sweep: "at-once" | "later" = "later",
): Promise<void> {
  const created = wishes.flatMap(({ ask, answer }) =>
    ask === "create" && succeeded(answer) ? [Created.parse(answer?.body).id] : [],
  );
  const registered = wishes.flatMap(({ answer }) => {
    const { data } = Registered.safeParse(answer?.body);
    return data ? [data.client_id] : [];
  });
  // An operation on a whole subscription goes on from message to message, and the end of a grace is one.
  const goesOn = /-subscription$|^retire$|^rotate-now$/.test(wishes.at(-1)?.ask ?? "");
  const begun = Date.now();
  await eventually(
    async () => {
      const waitedMs = Date.now() - begun;
      const hosts = cloud.hosts.length;
      if (hosts > 1 && (sweep === "at-once" || waitedMs > SWEPT_AFTER_MS))
        // Whoever dies over it is missed by the next look.
        await pair.run("consent-sweep").catch(() => undefined);
      const alerted = new Set(cloud.inbox.alerts().map(({ clientId }) => clientId));
      const operations = cloud.bus.entity("operations");
      const untold = [
        ...created.filter((id) => !alerted.has(id)),
        ...registered.filter((appId) => !isTold(cloud, appId)),
      ];
      return {
        hosts,
        active: ["consent", "webhooks", "client-events/subscriptions/webhooks"]
          .map((name) => cloud.bus.entity(name).active)
          .reduce((sum, active) => sum + active, operations.active),
        steps: goesOn ? cloud.bus.dueWithin("operations", NEXT_STEP_MS) : 0,
        untold,
        ...(waitedMs > LONG_MS && { known: await knownOf(cloud, untold) }),
      };
    },
    ({ hosts, active, steps, untold }) =>
      hosts < 2 || (active === 0 && steps === 0 && untold.length === 0),
    60_000,
  );
}

/** No look after an operation is due, or nobody lives who could take it; or what is looked at has to wait for longer than that. */
export async function lookedAfter({ bus, hosts }: Cloud): Promise<void> {
  const until = Date.now() + NEXT_STEP_MS;
  await eventually(
    () => bus.dueWithin("operations", NEXT_STEP_MS) + bus.entity("operations").active,
    (due) => due === 0 || hosts.length === 0 || Date.now() > until,
  );
}

/** Whether operators have been told of a client, by its OAuth client id. */
const isTold = (cloud: Cloud, appId: string): boolean =>
  cloud.inbox.alerts().some(({ payload }) => JSON.stringify(payload).includes(appId));

/** Where clients are listed, and what their clock says. */
async function knownOf(cloud: Cloud, clientIds: readonly string[]): Promise<unknown> {
  const { active } = cloud.bus.entity("consent/$DeadLetterQueue");
  const listed = await rows(cloud, "consents");
  return { dead: active, listed: listed.filter(({ rowKey }) => clientIds.includes(rowKey)) };
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
      const runs = journal.filter(
        (row) => row.partitionKey === "runs" && row["state"] === "running",
      );
      const deciding = consents.filter(
        (row) => row.partitionKey === "deciding" && !row.rowKey.startsWith("~"),
      );
      return [...busy, ...leftOver(journal), ...runs, ...deciding].map(({ rowKey }) => rowKey);
    },
    (left) => isDeepStrictEqual(left, []),
    120_000,
  );
}

/** The youngest secret is due; a host that is new looks for what is. */
export async function untilDue(pair: Pick<Pair, "renewFirst">): Promise<void> {
  const dueAt = Date.now() + REMINDED_AFTER_MS;
  await pair.renewFirst();
  await eventually(
    () => Date.now(),
    (now) => now > dueAt,
  );
}

/**
 * Until nobody has to be told any more that a secret ends: what a host had not indexed when it died a new one does, and a letter that
 * a dead one was sending is sent by another when its claim has run out.
 */
export async function tellAll(cloud: Cloud, pair: Pair): Promise<void> {
  await untilDue(pair);
  await pair.run("reconcile");
  await eventually(
    async () => {
      await pair.runOnBoth("care");
      const [clients, journal] = await Promise.all([
        rows(cloud, "clients"),
        rows(cloud, "journal"),
      ]);
      return stillToTell(clients, journal);
    },
    (left) => left.length === 0,
    60_000,
  );
}

function stillToTell(clients: readonly Row[], journal: readonly Row[]): string[] {
  const letters = clients.filter(
    ({ rowKey, id }) =>
      rowKey.startsWith(LETTER) && (!rowKey.endsWith(":state") || id !== undefined),
  );
  const due = journal.filter(
    ({ partitionKey, at }) =>
      partitionKey.startsWith("due-") && new Date(String(at)).getTime() <= Date.now(),
  );
  return [...letters, ...due].map(({ rowKey }) => rowKey);
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
