import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";
import type { Faults } from "../../infra/local/faults/faults.ts";
import { type Api, type Call, openApi, refusalOf } from "../support/api.ts";
import { NO_SWEEPS, startTestCloud } from "../support/cloud.ts";
import type { SeenAnswer } from "../support/openapi-check.ts";
import { insistOnClient } from "./support/insist-on.ts";
import { muteServer } from "./support/mute-server.ts";

/**
 * The longest answer a caller can wait for is one number, whoever is silent: 25 s, or less where operations count as abandoned
 * sooner. Each of these accepts what is asked and never answers.
 */

/** As docs/architecture.md says it. */
const PROMISED_SECONDS = Number(
  /Nobody waits longer than (\d+) s/.exec(
    readFileSync(join(import.meta.dirname, "../../docs/architecture.md"), "utf8"),
  )?.[1],
);
/** For the way there and back, and a busy machine. */
const A_LITTLE_MS = 3_000;
const SHORT = { RECONCILE_AFTER: "PT5S" };
/** Of a short `RECONCILE_AFTER`, what a request gets (functions/compose.ts). */
const SHORT_MS = 4_000;
const QUIET = { ...NO_SWEEPS, RECONCILE_SCHEDULE: "0 0 0 1 1 *" };

/** Less than the issuer is asked for where nothing else ends that (token-verifier.ts). */
const SHORTER = { RECONCILE_AFTER: "PT1S" };
const SHORTER_MS = 800;

interface Timed {
  readonly answer: SeenAnswer;
  readonly tookMs: number;
}

async function timed(asked: Promise<SeenAnswer>): Promise<Timed> {
  const began = performance.now();
  const answer = await asked;
  return { answer, tookMs: performance.now() - began };
}

const Link = z.object({ url: z.url() });

/** As a calendar does, whose answer is a document only where there is a fault. */
async function readCalendar(url: string): Promise<SeenAnswer> {
  const response = await fetch(url);
  const { status, headers } = response;
  return { status, headers, body: status === 200 ? undefined : await response.json() };
}

/** Everything that a customer can ask for, at once, each of a client of its own. */
async function askAll(cloud: Cloud, api: Api, faults: Faults): Promise<readonly Timed[]> {
  const { call } = await api.customer();
  const ids: string[] = [];
  for (let made = 0; made < 5; made += 1) ids.push((await insistOnClient(call, "A client")).id);
  const [read, renamed, given, deleted, decided] = ids;
  const olga = await api.olga();
  await cloud.inbox.nextAlert(({ clientId }) => clientId === decided);
  const link = Link.parse((await call("POST", "/calendar-link")).body);
  const calendar = link.url.replace(new URL(link.url).origin, cloud.addresses.portal);
  await cloud.setFaults(faults);
  try {
    return await Promise.all(
      [
        call("POST", "/clients", { json: { displayName: "Another" } }),
        call("GET", "/clients"),
        call("GET", `/clients/${read}`),
        call("PATCH", `/clients/${renamed}`, { json: { displayName: "Renamed" } }),
        call("POST", `/clients/${given}/secrets`, { json: { displayName: "A" } }),
        call("DELETE", `/clients/${deleted}`),
        olga("POST", `/admin/consents/${decided}/grant`),
        olga("GET", "/admin/consents"),
        readCalendar(calendar),
      ].map(timed),
    );
  } finally {
    await cloud.setFaults({});
  }
}

const longest = (answers: readonly Timed[]) => Math.max(...answers.map(({ tookMs }) => tookMs));
const refusals = (answers: readonly Timed[]) => [
  ...new Set(answers.map(({ answer }) => refusalOf(answer)).filter((text) => !/^2/.test(text))),
];

let patient: Cloud;
let hurried: Cloud;
beforeAll(async () => {
  [patient, hurried] = await Promise.all([
    // The local cloud counts operations as abandoned sooner than the product does by itself.
    startTestCloud({ environment: { ...QUIET, RECONCILE_AFTER: undefined } }),
    startTestCloud({ environment: { ...QUIET, ...SHORT } }),
  ]);
});

describe.concurrent("Whoever is silent, nobody waits longer than a request's deadline:", () => {
  test("the directory, with the settings as they are: 25 s, as the documentation says", async () => {
    const answers = await askAll(patient, await openApi(patient), {
      directory: { silence: { share: 1, afterCommit: false } },
    });

    expect(PROMISED_SECONDS).toBe(25);
    expect(longest(answers)).toBeLessThan(PROMISED_SECONDS * 1_000 + A_LITTLE_MS);
    // A create asks what became of it with what is left of its time: it is the deadline that ends it.
    expect(longest(answers)).toBeGreaterThan(PROMISED_SECONDS * 1_000 - A_LITTLE_MS);
    expect(refusals(answers)).toEqual(["503 unavailable"]);
  }, 60_000);

  test("the directory, the tables, the bus and the token endpoint, where operations are abandoned sooner", async () => {
    const api = await openApi(hurried);
    const silences: Readonly<Record<string, Faults>> = {
      directory: { directory: { silence: { share: 1, afterCommit: false } } },
      "directory, once it is done": { directory: { silence: { share: 1, afterCommit: true } } },
      tables: { tables: { hang: true } },
      bus: { bus: { hang: true } },
      "token endpoint": { directory: { tokensRevoked: "plain", tokenEndpoint: "silent" } },
    };
    const seen: Record<string, { longest: boolean; refusals: string[] }> = {};
    for (const [name, faults] of Object.entries(silences)) {
      const answers = await askAll(hurried, api, faults);
      const inTime = longest(answers) < SHORT_MS + A_LITTLE_MS;
      seen[name] = { longest: inTime, refusals: refusals(answers) };
    }

    expect(seen).toEqual(
      Object.fromEntries(
        Object.keys(silences).map((name) => [
          name,
          { longest: true, refusals: ["503 unavailable"] },
        ]),
      ),
    );
  }, 90_000);

  test("the issuers' keys, of customers and of operators", async () => {
    await using mute = await muteServer();
    const url = `https://127.0.0.1:${mute.port}/.well-known/openid-configuration`;
    const host = await hurried.startHost({
      environment: {
        CUSTOMER_METADATA_URL: url,
        OPERATOR_METADATA_URL: url,
        ...SHORTER,
      },
    });
    const at =
      (token: string): Call =>
      async (method, path) => {
        const response = await fetch(`${host.origin}/api${path}`, {
          method,
          headers: { authorization: `Bearer ${token}` },
        });
        return { status: response.status, headers: response.headers, body: await response.json() };
      };
    const { ann, olga } = hurried.addresses.users;
    const answers = await Promise.all([
      timed(at(ann.accessToken)("GET", "/clients")),
      timed(at(olga.accessToken)("GET", "/admin/consents")),
    ]);

    expect(longest(answers)).toBeLessThan(SHORTER_MS + A_LITTLE_MS);
    expect(refusals(answers)).toEqual(["503 unavailable"]);
    expect(answers.every(({ answer }) => Number(answer.headers.get("retry-after")) >= 1)).toBe(
      true,
    );
    expect(mute.connections()).toBeGreaterThanOrEqual(2);
    await host.stop();
  }, 60_000);
});
