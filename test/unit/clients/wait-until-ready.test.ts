import { beforeEach, describe, expect, test } from "vitest";
import type { TriedOut } from "../../../shared/clients/token-endpoint.ts";
import { waitUntilReady } from "../../../shared/clients/wait-until-ready.ts";
import {
  type MemoryTokenEndpoint,
  memoryTokenEndpoint,
} from "../../doubles/memory-token-endpoint.ts";
import { testRuntime } from "../../support/product.ts";
import { later, NOON, newId } from "../../support/samples.ts";

const credentials = { appId: newId(), secretText: "a-secret-value" };
let endpoint: MemoryTokenEndpoint;
let runtime: ReturnType<typeof testRuntime>;
beforeEach(() => {
  endpoint = memoryTokenEndpoint();
  runtime = testRuntime();
});

const waitFor = (seconds: number, tokenEndpoint = endpoint) =>
  waitUntilReady({ tokenEndpoint, runtime }, credentials, later(seconds * 1_000));
const passed = () => (runtime.now().getTime() - NOON.getTime()) / 1_000;
const ACCEPTED: TriedOut = { kind: "accepted" };
const REFUSED: TriedOut = { kind: "refused" };

describe("a new secret is ready", () => {
  test("once it was taken twice in a row, and is asked for no more", async () => {
    endpoint.know(credentials);

    expect(await waitFor(60)).toBe(true);
    expect(endpoint.asked()).toBe(2);
    expect(passed()).toBeLessThan(1);
  });

  test("not when one server has it and the next one does not", async () => {
    endpoint.answerNext(REFUSED, ACCEPTED, REFUSED, ACCEPTED, ACCEPTED);

    expect(await waitFor(60)).toBe(true);
    expect(endpoint.asked()).toBe(5);
  });

  test("not when it is taken, then nobody answers, then it is taken once", async () => {
    endpoint.answerNext(ACCEPTED, { kind: "unsaid" }, ACCEPTED, REFUSED);

    expect(await waitFor(20)).toBe(false);
  });
});

describe("the wait ends", () => {
  test("when the time is over, having asked ever less often", async () => {
    expect(await waitFor(60)).toBe(false);

    expect(passed()).toBe(60);
    expect(endpoint.asked()).toBeGreaterThan(12);
    expect(endpoint.asked()).toBeLessThan(20);
  });

  test("at once where the endpoint wants a longer pause than there is time", async () => {
    endpoint.answerNext({ kind: "unsaid", retryAfterSeconds: 60 });

    expect(await waitFor(30)).toBe(false);
    expect(passed()).toBe(0);
    expect(endpoint.asked()).toBe(1);
  });

  test("at once where the pause that the endpoint wants ends with the time", async () => {
    endpoint.answerNext({ kind: "unsaid", retryAfterSeconds: 30 });

    expect(await waitFor(30)).toBe(false);
    expect(passed()).toBe(0);
  });

  test("after sixty requests, whatever the clock says", async () => {
    const pause = async () => undefined;
    const deps = { tokenEndpoint: endpoint, runtime: { ...runtime, pause } };

    expect(await waitUntilReady(deps, credentials, later(1_000))).toBe(false);
    expect(endpoint.asked()).toBe(60);
  });

  test("after the pause that the endpoint wants, where there is time for it", async () => {
    endpoint.know(credentials);
    endpoint.answerNext({ kind: "unsaid", retryAfterSeconds: 10 });

    expect(await waitFor(30)).toBe(true);
    expect(passed()).toBeGreaterThanOrEqual(10);
    expect(endpoint.asked()).toBe(3);
  });

  test("in time where nobody ever answers: no request is given more than is left", async () => {
    const given: number[] = [];
    const silent = {
      ...endpoint,
      tryOut: async (_: unknown, atMostMs: number): Promise<TriedOut> => {
        given.push(atMostMs);
        runtime.pass(atMostMs);
        return { kind: "unsaid" };
      },
    };

    expect(await waitFor(13, silent)).toBe(false);
    expect(passed()).toBe(13);
    expect(Math.max(...given)).toBe(5_000);
    expect(given.at(-1)).toBeLessThan(5_000);
  });

  test("before it began where the change took all of the time", async () => {
    runtime.pass(2_000);

    expect(await waitFor(1)).toBe(false);
    expect(endpoint.asked()).toBe(0);
  });
});
