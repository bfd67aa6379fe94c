import { expect, test } from "vitest";
import { rateHeaders } from "../../../functions/edge/rate-headers.ts";
import { requestRate } from "../../../functions/edge/request-rate.ts";
import { newObservation, noteRate, observe, ratesNoted } from "../../../shared/base/observation.ts";
import { testRuntime } from "../../support/product.ts";

test("a subscription may send so many requests a minute, and another's are its own", () => {
  const runtime = testRuntime();
  const rate = requestRate(3, runtime);
  runtime.pass(15_500);
  const taken = [1, 1, 1, 1].map((units) => rate.take("a", units));
  expect(taken.map(({ admitted, remaining }) => [admitted, remaining])).toEqual([
    [true, 2],
    [true, 1],
    [true, 0],
    [false, 0],
  ]);
  expect(taken[3]?.resetSeconds).toBe(45);
  expect(rate.take("b", 1).admitted).toBe(true);
  runtime.pass(45_000);
  expect(rate.take("a", 3)).toMatchObject({ admitted: true, remaining: 0, resetSeconds: 60 });
});

test("what does not fit is not counted: a smaller one still fits", () => {
  const rate = requestRate(5, testRuntime());
  rate.take("a", 3);
  expect(rate.take("a", 4)).toMatchObject({ admitted: false, remaining: 2 });
  expect(rate.take("a", 2).admitted).toBe(true);
});

test("the headers are lists of structured items, each policy once, as it is known last", async () => {
  const rates = await observe(newObservation(), async () => {
    noteRate({ policy: "requests", limit: 300, remaining: 299, resetSeconds: 60 });
    noteRate({ policy: "writes", limit: 30, remaining: 29, resetSeconds: 12 });
    noteRate({ policy: "requests", limit: 300, remaining: 295, resetSeconds: 59 });
    return ratesNoted();
  });
  expect(rateHeaders(rates)).toEqual({
    "ratelimit-policy": '"requests";q=300;w=60, "writes";q=30;w=60',
    ratelimit: '"requests";r=295;t=59, "writes";r=29;t=12',
  });
  expect(rateHeaders([])).toEqual({});
  expect(ratesNoted()).toEqual([]);
});
