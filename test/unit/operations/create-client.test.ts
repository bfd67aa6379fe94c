import { describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { type CreateRequest, createClient } from "../../../shared/operations/create-client.ts";
import { settleCreate } from "../../../shared/operations/settle-create.ts";
import { failure, interrupt } from "../../support/interrupt.ts";
import {
  journalled,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
} from "../../support/product.ts";

const request: CreateRequest = {
  subscription: "contoso",
  displayName: "Nightly import",
  roles: ["api.read"],
  requestedBy: "Ann",
};
const under = (keyHash: string, fingerprint = "the request"): CreateRequest => ({
  ...request,
  idempotency: { keyHash, fingerprint },
});

const clientsIn = async ({ records }: TestProduct) =>
  (await records.account("contoso")).account.clients;

async function abandoned(product: TestProduct) {
  for await (const held of product.journal.abandoned(new Date("9999-01-01"))) return held;
  throw new Error("Nothing is in the journal");
}

describe("a create", () => {
  test("makes one client, records it, asks for consent and leaves the rest to the message", async () => {
    const product = testProduct();

    const created = await createClient(product, request);

    if (!created.ok) throw new Error(created.refusal.reason);
    const [registered] = product.directory.all();
    expect(created.value).toMatchObject({ id: registered?.id, displayName: "Nightly import" });
    const found = await product.records.find("contoso", created.value.id);
    expect(found?.client.record).toEqual(created.value);
    const { operationId } = created.value;
    expect(product.consentQueue.sent).toMatchObject([
      { body: { operationId, requestedBy: "Ann" } },
    ]);
    // The consumer of that message removes the entry.
    expect(await journalled(product)).toMatchObject([{ operationId }]);
  });

  test("is refused at the limit, and leaves nothing behind", async () => {
    const product = testProduct({ maxClients: 1 });
    await createClient(product, request);
    const before = await journalled(product);

    const refused = await createClient(product, under("key"));

    expect(refused).toEqual({ ok: false, refusal: { reason: "client-limit-reached", limit: 1 } });
    expect(product.directory.all()).toHaveLength(1);
    expect(await journalled(product)).toEqual(before);
  });

  test("many at once stop exactly at the limit", async () => {
    const product = testProduct({ maxClients: 3 });

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => createClient(product, request)),
    );

    expect(answers.filter(({ ok }) => ok)).toHaveLength(3);
    expect(product.directory.all()).toHaveLength(3);
    expect(await clientsIn(product)).toBe(3);
  });

  test("that the directory refuses gives its place, its key and its entry back", async () => {
    const product = testProduct();
    const directory = interrupt(product.directory, "create", "refused");

    const error = await failure(createClient({ ...product, directory }, under("key")));
    const again = await createClient(product, under("key"));

    expect(error).toBeInstanceOf(RemoteUnavailable);
    expect(again.ok).toBe(true);
    expect(await clientsIn(product)).toBe(1);
    expect(product.directory.all()).toHaveLength(1);
  });

  test("whose answer was lost finds what it made by its tag", async () => {
    const product = testProduct();
    const directory = interrupt(product.directory, "create", "lost");

    const created = await createClient({ ...product, directory }, request);

    expect(created).toMatchObject({ ok: true, value: { id: product.directory.all()[0]?.id } });
    expect(product.directory.all()).toHaveLength(1);
  });

  test("is done even when the bus takes no message: the reconciler will send it", async () => {
    const product = testProduct();
    const consentQueue = interrupt(product.consentQueue, "sendRequested", "refused");

    const created = await createClient({ ...product, consentQueue }, request);

    expect(created.ok).toBe(true);
    expect(product.consentQueue.sent).toEqual([]);
    const settled = await settleCreate(product, await abandoned(product));
    expect(settled.state).toBe("finished");
    expect(product.consentQueue.sent).toHaveLength(1);
  });

  test("is not begun when the bus is away", async () => {
    const product = testProduct();
    const consentQueue = interrupt(product.consentQueue, "ready", "refused");

    await failure(createClient({ ...product, consentQueue }, request));

    expect(await journalled(product)).toEqual([]);
    expect(product.directory.all()).toEqual([]);
  });
});

describe("a create that nobody finished", () => {
  /** Ends as a process would that dies after the directory has made the client. */
  async function died(product: TestProduct, asked = request) {
    const dead = { ...product.records, commit: () => Promise.reject(new Error("killed")) };
    await failure(createClient({ ...product, records: dead }, asked));
  }

  test("is finished from the journal and the tag", async () => {
    const product = testProduct();
    await died(product);

    const settled = await settleCreate(product, await abandoned(product));

    expect(settled).toMatchObject({
      state: "finished",
      record: { id: product.directory.all()[0]?.id },
    });
    expect(await clientsIn(product)).toBe(1);
    // Under another id than the first message, which may have found no record and been dropped.
    expect(product.consentQueue.sent.at(-1)?.body).toMatchObject({ attempt: 1 });
  });

  test("is undone only after a late directory was asked twice", async () => {
    const product = testProduct();
    const late = { ...product.directory, create: () => Promise.reject(new Error("killed")) };
    await failure(createClient({ ...product, directory: late }, request));

    const states = [
      (await settleCreate(product, await abandoned(product))).state,
      (await settleCreate(product, await abandoned(product))).state,
    ];

    expect(states).toEqual(["waiting", "undone"]);
    expect(await clientsIn(product)).toBe(0);
    expect(await journalled(product)).toEqual([]);
  });

  test("is worked on by one of two reconcilers", async () => {
    const product = testProduct();
    await died(product);
    const held = await abandoned(product);

    const settled = [await settleCreate(product, held), await settleCreate(product, held)];

    expect(settled.map(({ state }) => state)).toEqual(["finished", "waiting"]);
    expect(product.directory.all()).toHaveLength(1);
  });

  test("is finished for whoever asks again under its key, once it is old enough", async () => {
    const product = testProduct();
    await died(product, under("key"));

    const early = await createClient(product, under("key"));
    product.runtime.pass(RECONCILE_AFTER_MS);
    const later = await createClient(product, under("key"));

    expect(early).toMatchObject({ ok: false, refusal: { reason: "request-in-progress" } });
    expect(later).toMatchObject({ ok: true, value: { id: product.directory.all()[0]?.id } });
    expect(product.directory.all()).toHaveLength(1);
  });
});

describe("a create asked for again", () => {
  test("under the same key gives the first answer, also when the client has gone since", async () => {
    const product = testProduct();
    const first = await createClient(product, under("key"));
    if (!first.ok) throw new Error(first.refusal.reason);
    const second = await createClient(product, under("key"));
    await product.records.remove(first.value);
    const third = await createClient(product, under("key"));

    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(product.directory.all()).toHaveLength(1);
  });

  test("under the same key with another request is refused", async () => {
    const product = testProduct();
    await createClient(product, under("key"));

    const other = await createClient(product, under("key", "another request"));

    expect(other).toEqual({ ok: false, refusal: { reason: "idempotency-key-reused" } });
  });

  test("a day later is a new request", async () => {
    const product = testProduct();
    await createClient(product, under("key"));
    product.runtime.pass(24 * 60 * 60 * 1000);

    await createClient(product, under("key"));

    expect(product.directory.all()).toHaveLength(2);
  });

  test("without a key makes another client", async () => {
    const product = testProduct();

    await createClient(product, request);
    await createClient(product, request);

    expect(product.directory.all()).toHaveLength(2);
  });
});
