import { afterEach, beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { systemRuntime } from "../../../shared/base/runtime.ts";
import { type Api, openApi } from "../../support/api.ts";
import { makeClient, makeSecret, rotatedOf, tokenStatus } from "../../support/make.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/**
 * A program that gets a token ten times a second with the newest secret that it was given, through rotations, while the token
 * endpoint learns of each new secret late. `npm run rotations` does it 20 times with the lag that Azure has been seen with.
 */
const ROTATIONS = Number(process.env["ROTATIONS"] ?? 2);
const LAG_MS = Number(process.env["SECRET_LAG_MS"] ?? 1_000);
const EVERY_MS = 100;
/** The lag, and what the pauses between requests and a busy machine add to it, in milliseconds. */
const LONGEST_MS = LAG_MS + 30_000;

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});
afterEach(() => cloud.setFaults({}));

test(
  "no request is refused through rotations that are waited for",
  async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    let newest = await makeSecret(call, client.id);
    await cloud.setFaults({ directory: { secretLagMs: LAG_MS } });
    await systemRuntime.pause(LAG_MS);
    const answers: Record<number, number> = {};
    let isOver = false;
    const program = (async () => {
      while (!isOver) {
        const next = systemRuntime.pause(EVERY_MS);
        const status = await tokenStatus(client, newest.secretText);
        answers[status] = (answers[status] ?? 0) + 1;
        await next;
      }
    })();

    for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
      const answer = await call("POST", `/clients/${client.id}/secrets/${newest.keyId}/rotate`, {
        json: {},
        headers: { prefer: "wait=60" },
      });
      const made = rotatedOf(answer);
      expect(made.ready).toBe(true);
      newest = made;
      await systemRuntime.pause(5 * EVERY_MS);
    }
    isOver = true;
    await program;

    console.log(`${ROTATIONS} rotations, ${LAG_MS} ms of lag: ${JSON.stringify(answers)}`);
    expect(Object.keys(answers)).toEqual(["200"]);
    expect(answers[200]).toBeGreaterThan(5 * ROTATIONS);
  },
  ROTATIONS * LONGEST_MS,
);
