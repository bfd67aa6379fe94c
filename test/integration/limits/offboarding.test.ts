import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { writesForOperators } from "../../../shared/operations/admission/write-share.ts";
import { type Api, openApi } from "../../support/api.ts";
import { PLENTY, startTestCloud } from "../../support/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { makeClient } from "../../support/make.ts";
import { newId } from "../../support/samples.ts";
import { atHost } from "../../support/two-hosts.ts";

/**
 * A customer with many clients is ended while the directory refuses what goes beyond its writes a minute, and others make clients
 * all the time. `npm run offboarding` does it with 200 clients and the 60 a minute that Graph has; that takes a quarter of an hour.
 */
const CLIENTS = Number(process.env["OFFBOARD_CLIENTS"] ?? 3);
const WRITES = Number(process.env["DIRECTORY_WRITES"] ?? 600);
const MINUTE_MS = 60_000;
/** Another customer comes so often; together with the operators' part that is less than all. */
const OTHERS_EVERY_MS = (4 * MINUTE_MS) / WRITES;
const PACE_MS = MINUTE_MS / writesForOperators(WRITES);
/** Both passes, and the time that a busy machine adds. */
const LONGEST_MS = 2 * CLIENTS * PACE_MS * 1.5 + 120_000;

let cloud: Cloud;
let api: Api;
let leaving: Awaited<ReturnType<Api["customer"]>>;
beforeAll(async () => {
  const plenty = { ...PLENTY, MAX_CLIENTS_PER_SUBSCRIPTION: String(CLIENTS) };
  const many = { ...plenty, SUBSCRIPTION_WRITES_PER_MINUTE: "100000" };
  cloud = await startTestCloud({ environment: many });
  // Made by a host that knows no limit: no customer comes to so many within a minute.
  const before = await openApi(cloud);
  leaving = await before.customer();
  const alerts = () => cloud.inbox.alerts().filter(({ channel }) => channel === "webhook").length;
  for (let made = 0; made < CLIENTS; made += 1) await makeClient(leaving.call);
  await eventually(alerts, (count) => count >= CLIENTS, 60_000);
  for (const host of [...cloud.hosts]) await host.stop();
  const host = await cloud.startHost({
    environment: { ...many, DIRECTORY_WRITES_PER_MINUTE: String(WRITES), OFFBOARD_GRACE: "PT2S" },
  });
  api = await openApi(atHost(cloud, host));
  await cloud.setFaults({ directory: { writesPerMinute: WRITES } });
  // What was made before counts for a minute.
  const other = await api.customer();
  const json = { displayName: "One of another's" };
  await eventually(
    () => other.call("POST", "/clients", { json }),
    ({ status }) => status === 201,
    2 * MINUTE_MS,
  );
}, 5 * MINUTE_MS);

const Run = z.looseObject({ id: z.string(), state: z.string() });

test(
  `${CLIENTS} clients are stopped and deleted below the directory's ${WRITES} writes a minute, and others make theirs`,
  async () => {
    const olga = await api.olga();
    cloud.directory.resetRequests();
    const path = `/admin/subscriptions/${encodeURIComponent(leaving.subscription)}/offboard`;
    const startedAt = performance.now();
    const begun = await olga("POST", path, { json: { reason: "The contract has ended" } });
    const run = Run.parse(begun.body);
    let isOver = false;
    const others = (async () => {
      const answers: Record<string, number> = {};
      while (!isOver) {
        const pause = new Promise((resolve) => setTimeout(resolve, OTHERS_EVERY_MS));
        const { call } = await api.customer();
        const { status } = await call("POST", "/clients", { json: { displayName: newId() } });
        answers[status] = (answers[status] ?? 0) + 1;
        await pause;
      }
      return answers;
    })();

    const ended = await eventually(
      () => olga("GET", `/admin/operations/${run.id}`),
      ({ body }) => Run.parse(body).state !== "running",
      LONGEST_MS,
    );
    isOver = true;
    const answers = await others;

    const requests = cloud.directory.requests();
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const refused = requests.filter(({ status }) => status === 429).length;
    const most = mostInAMinute(
      requests.flatMap(({ name, at }) => (OPERATORS.includes(name) ? [Date.parse(at)] : [])),
    );
    console.log(JSON.stringify({ CLIENTS, WRITES, seconds, most, refused, others: answers }));
    expect(ended.body).toMatchObject({ state: "done", done: CLIENTS, total: CLIENTS, errors: [] });
    expect(refused).toBe(0);
    expect(Object.keys(answers)).toEqual(["201"]);
    expect(most).toBeLessThanOrEqual(writesForOperators(WRITES) + 1);
    const deletes = requests.filter(({ name }) => name === "DELETE /applications/{id}");
    expect(deletes).toHaveLength(CLIENTS);
    expect((await api.callWith(leaving.token)("GET", "/clients")).body).toEqual({ items: [] });
  },
  LONGEST_MS + MINUTE_MS,
);

/** Stopping and deleting: the others only create. */
const OPERATORS = ["PATCH /applications/{id}", "DELETE /applications/{id}"];

const mostInAMinute = (times: readonly number[]): number =>
  Math.max(0, ...times.map((at) => times.filter((t) => t >= at && t < at + MINUTE_MS).length));
