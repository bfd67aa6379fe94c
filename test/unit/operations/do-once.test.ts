import { expect, test } from "vitest";
import { done, type Outcome, refused, replayed } from "../../../shared/base/outcome.ts";
import { doOnce } from "../../../shared/operations/admission/do-once.ts";
import { RECONCILE_AFTER_MS, testProduct } from "../../support/product.ts";

const request = {
  operator: "Olga",
  idOf: () => "1c7a4d0e-0000-4000-8000-000000000001",
  idempotency: { keyHash: "key", fingerprint: "the request" },
} as const;

const works = async () => done("worked");
const replays = async (): Promise<Outcome<string, never>> => done("replayed");

test("what its host died over is in progress until it counts as abandoned, then it is done again, once", async () => {
  const product = testProduct();
  await new Promise<void>((begun) => {
    const dies = () => new Promise<never>(() => begun());
    void doOnce(product, request, dies, replays);
  });

  product.runtime.pass(RECONCILE_AFTER_MS - 1);
  const early = await doOnce(product, request, works, replays);
  product.runtime.pass(1);
  const both = await Promise.all([
    doOnce(product, request, works, replays),
    doOnce(product, request, works, replays),
  ]);
  const later = await doOnce(product, request, works, replays);

  expect(early).toEqual(refused({ reason: "request-in-progress", retryAfterSeconds: 1 }));
  expect(both).toContainEqual(done("worked"));
  expect(both).not.toEqual([done("worked"), done("worked")]);
  expect(later).toEqual(replayed("replayed"));
});

test("a refusal and a failure leave the key free", async () => {
  const product = testProduct();
  const no = await doOnce(product, request, async () => refused("no"), replays);
  const failure = doOnce(product, request, () => Promise.reject(new Error("away")), replays);
  await expect(failure).rejects.toThrow("away");

  expect(no).toEqual(refused("no"));
  expect(await doOnce(product, request, works, replays)).toEqual(done("worked"));
});

test("the key of one caller is not that of another, and without a key all work is done", async () => {
  const product = testProduct();
  const { idempotency: _, ...keyless } = request;

  const answers = [
    await doOnce(product, request, works, replays),
    await doOnce(product, { ...request, operator: "Oskar" }, works, replays),
    await doOnce(product, keyless, works, replays),
    await doOnce(product, keyless, works, replays),
  ];

  expect(answers).toEqual(answers.map(() => done("worked")));
});
