import { beforeEach, describe, expect, test } from "vitest";
import { watchRecords } from "../../../shared/adapters/records/watch-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import {
  type CreateRequest,
  createClient,
} from "../../../shared/operations/clients/create-client.ts";
import { failure } from "../../support/failure.ts";
import {
  placesOf,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN, anActivity, later, NOON } from "../../support/samples.ts";

const request: CreateRequest = {
  subscription: "contoso",
  by: ANN,
  displayName: "Nightly import",
  roles: ["api.read"],
  requestedBy: "Ann",
};
const under = (keyHash: string, fingerprint = "the request"): CreateRequest => ({
  ...request,
  idempotency: { keyHash, fingerprint },
});

let product: TestProduct;
beforeEach(() => {
  product = testProduct();
});

async function made(asked = request) {
  const created = await createClient(product, asked);
  if (!created.ok) throw new Error(created.refusal.reason);
  return created.value;
}

describe("a create", () => {
  test("makes one client, records it and leaves the rest to the message sent before", async () => {
    const record = await made();

    expect(product.directory.all()).toMatchObject([
      { id: record.id, appId: record.appId, displayName: "Nightly import" },
    ]);
    expect((await product.records.client("contoso", record.id))?.record).toEqual(record);
    expect(record).toMatchObject({
      subscription: "contoso",
      roles: ["api.read"],
      revision: 1,
      consent: { state: "pending", requestedAt: NOON, dueAt: later(86_400_000) },
    });
    expect(product.consentQueue.sent).toEqual([
      {
        body: {
          type: "consent.requested",
          version: 2,
          operationId: record.operationId,
          subscription: "contoso",
          requestedAt: NOON.toISOString(),
        },
        at: later(1_000),
      },
    ]);
    const requested = await product.records.requested("contoso", record.operationId);
    expect(requested).toEqual({
      state: "recorded",
      record,
      requestedBy: "Ann",
      actor: ANN.actor,
    });
  });

  test("is watched by who made it from then on, where their mail is known", async () => {
    const watches = () => watchRecords(product.clientsTable).ofSubscription("contoso");
    await made();
    expect((await watches()).size).toBe(0);
    const watcher = { person: "ann", email: "ann@contoso.example" };

    const { id, createdAt } = await made({ ...request, watcher });

    expect((await watches()).get("ann")).toMatchObject({
      watches: [{ ...watcher, subscription: "contoso", of: id, since: createdAt, by: "create" }],
    });
  });

  test("is refused at the limit, and leaves nothing behind", async () => {
    await made();
    const limits = { maxClients: 1, writesPerMinute: 100, maxDeleted: 100 };

    const refused = await createClient({ ...product, limits }, under("key"));

    expect(refused).toEqual({ ok: false, refusal: { reason: "client-limit-reached", limit: 1 } });
    expect(product.directory.all()).toHaveLength(1);
    expect(product.consentQueue.sent).toHaveLength(1);
    expect(await underWay(product)).toEqual([]);
    expect(await product.operations.key("contoso", "key")).toBeUndefined();
  });

  test("holds its place while it is under way", async () => {
    let places = 0;
    const create = async (...given: Parameters<typeof product.directory.create>) => {
      places = await placesOf(product);
      return product.directory.create(...given);
    };

    await createClient({ ...product, directory: { ...product.directory, create } }, request);

    expect(places).toBe(1);
    expect(await placesOf(product)).toBe(1);
  });
});

describe("a create asked for again under its key", () => {
  /** Ends as a process would that dies after the directory has made the client. */
  async function died(asked: CreateRequest): Promise<void> {
    const end = () => Promise.reject(new Error("killed"));
    const operations = { ...product.operations, end };
    await failure(createClient({ ...product, operations }, asked));
  }

  test("gives the first answer, also when the client has gone since", async () => {
    const first = await createClient(product, under("key"));
    if (!first.ok) throw new Error(first.refusal.reason);
    const second = await createClient(product, under("key"));
    await product.records.remove(first.value, product.runtime.now());
    const third = await createClient(product, under("key"));

    const again = { ...first, replayed: true };
    expect([second, third]).toEqual([again, again]);
    expect(product.directory.all()).toHaveLength(1);
    // Nobody is to be told of what was not done.
    expect(product.consentQueue.sent).toHaveLength(1);
  });

  test("is finished for whoever asks, once nobody can be working on it any more", async () => {
    await died(under("key"));
    const answers = [await createClient(product, under("key"))];
    product.runtime.pass(RECONCILE_AFTER_MS - 5_000);
    answers.push(await createClient(product, under("key")));
    product.runtime.pass(5_000);
    const finished = await createClient(product, under("key"));

    expect(answers).toEqual([
      { ok: false, refusal: { reason: "request-in-progress", retryAfterSeconds: 1 } },
      { ok: false, refusal: { reason: "request-in-progress", retryAfterSeconds: 5 } },
    ]);
    expect(finished).toMatchObject({ ok: true, value: { id: product.directory.all()[0]?.id } });
    expect(product.directory.all()).toHaveLength(1);
    expect(await placesOf(product)).toBe(1);
  });

  test("is done anew once the first one was undone", async () => {
    product.directory.answerNext("create", { kind: "unknown", retryAfterSeconds: 1 });
    await failure(createClient(product, under("key")));
    product.runtime.pass(RECONCILE_AFTER_MS);
    const first = await createClient(product, under("key"));
    product.runtime.pass(RECONCILE_AFTER_MS);
    const second = await createClient(product, under("key"));

    expect(first).toMatchObject({ ok: false, refusal: { reason: "request-in-progress" } });
    expect(second.ok).toBe(true);
    expect(product.directory.all()).toHaveLength(1);
    expect(await placesOf(product)).toBe(1);
  });

  test("is refused for another request", async () => {
    await made(under("key"));

    const other = await createClient(product, under("key", "another request"));

    expect(other).toEqual({ ok: false, refusal: { reason: "idempotency-key-reused" } });
  });

  test("by another subscription is another request", async () => {
    await made(under("key"));

    await made({ ...under("key"), subscription: "fabrikam" });

    expect(product.directory.all()).toHaveLength(2);
  });

  test("a day later is a new request, and a millisecond earlier is not", async () => {
    await made(under("key"));
    product.runtime.pass(24 * 60 * 60 * 1000 - 1);
    await made(under("key"));
    expect(product.directory.all()).toHaveLength(1);
    product.runtime.pass(1);

    await made(under("key"));

    expect(product.directory.all()).toHaveLength(2);
  });

  test("whose first request was set aside does not wait for ever at our door", async () => {
    await died(under("key"));
    const [held] = await product.operations.allUnderWay("contoso");
    if (held) await product.operations.park(held, anActivity());
    product.runtime.pass(RECONCILE_AFTER_MS);

    const error = await failure(createClient(product, under("key")));

    expect(error).toBeInstanceOf(RemoteUnavailable);
    // It may have been made: nobody is told that nothing was done, nor to come back in a second.
    expect(error).toMatchObject({ executed: "unknown", retryAfterSeconds: 120 });
    expect(product.directory.all()).toHaveLength(1);
  });
});

test("without a key a create asked for again makes another client", async () => {
  await made();
  await made();

  expect(product.directory.all()).toHaveLength(2);
});
