import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { type DirectoryRefusal, DirectoryRefused } from "../../../shared/clients/ports.ts";
import { addSecret } from "../../../shared/operations/add-secret.ts";
import { createClient } from "../../../shared/operations/create-client.ts";
import { deleteClient } from "../../../shared/operations/delete-client.ts";
import { removeSecret } from "../../../shared/operations/remove-secret.ts";
import { renameClient } from "../../../shared/operations/rename-client.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/suspend-client.ts";
import type { DirectoryChange } from "../../doubles/memory-directory.ts";
import { failure } from "../../support/failure.ts";
import {
  aClient,
  placesOf,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

/** What becomes of each operation, whatever the directory answers. */

let product: TestProduct;
let client: ClientRecord;
let keyId: string;
beforeEach(async () => {
  product = testProduct();
  client = await aClient(product);
  const added = await addSecret(product, { ...own(), displayName: "Kept", lifetimeDays: 1 });
  keyId = added.ok ? added.value.keyId : "";
  // With its secret on record.
  client = (await product.records.client("contoso", client.id))?.record ?? client;
  before = product.events.published.length;
});

let before: number;
const told = () => product.events.published.slice(before).map(({ type }) => type);
const own = () => ({ subscription: "contoso", by: ANN, clientId: client.id });
const idempotency = { keyHash: "key", fingerprint: "the request" };

interface Operation {
  readonly change: DirectoryChange;
  readonly event?: string;
  readonly keyed?: true;
  run(deps: TestProduct): Promise<{ ok: boolean; refusal?: unknown }>;
}
const operations: readonly Operation[] = [
  {
    change: "create",
    keyed: true,
    run: (deps) =>
      createClient(deps, {
        subscription: "contoso",
        by: ANN,
        displayName: "New",
        roles: ["api.read"],
        requestedBy: "Ann",
        idempotency,
      }),
  },
  {
    change: "addSecret",
    event: "secret.created",
    keyed: true,
    run: (deps) => addSecret(deps, { ...own(), displayName: "New", lifetimeDays: 30, idempotency }),
  },
  {
    change: "removeSecret",
    event: "secret.removed",
    run: (deps) => removeSecret(deps, { ...own(), keyId }),
  },
  {
    change: "rename",
    event: "client.renamed",
    run: (deps) => renameClient(deps, { ...own(), displayName: "New" }),
  },
  { change: "delete", event: "client.deleted", run: (deps) => deleteClient(deps, own()) },
  {
    change: "setDisabled",
    event: "client.suspended",
    run: (deps) => suspendClient(deps, { ...own(), reason: "A leaked secret" }),
  },
  { change: "setDisabled", event: "client.resumed", run: (deps) => resumeClient(deps, own()) },
];
const incidents = () =>
  product.checks.waiting.flatMap(({ body }) =>
    body.type === "operation.incident" ? [body.reason] : [],
  );
const checks = () => product.checks.waiting.filter(({ body }) => body.type === "operation.check");
/** Announcements of creates that have not been called off; one is of the client that all of this is about. */
const announced = () => product.consentQueue.sent.length - 1;
const places = (change: DirectoryChange) =>
  ({ create: 2, delete: 0 })[change as "create" | "delete"] ?? 1;

/** As if it had not been asked for. */
async function nothingIsLeft(): Promise<void> {
  expect(await underWay(product)).toEqual([]);
  expect(checks()).toEqual([]);
  expect(announced()).toBe(0);
  expect(await placesOf(product)).toBe(1);
  expect(await product.operations.key("contoso", "key")).toBeUndefined();
  expect(told()).toEqual([]);
  expect((await product.records.client("contoso", client.id))?.record).toEqual(client);
}

describe.each(operations)("$change $event", ({ change, event, keyed, run }) => {
  test("that is done has ended, and is told of once", async () => {
    const answer = await run(product);

    expect(answer.ok).toBe(true);
    expect(await underWay(product)).toEqual([]);
    expect(checks()).toEqual([]);
    expect(announced()).toBe(change === "create" ? 1 : 0);
    expect(await placesOf(product)).toBe(places(change));
    expect(told()).toEqual(event ? [event] : []);
    const key = await product.operations.key("contoso", "key");
    if (keyed) expect(key?.key.result?.clientId).toEqual(expect.any(String));
    expect(incidents()).toEqual([]);
  });

  const policy = (which: "lifetime" | "type" | "audience"): DirectoryRefusal => ({
    reason: "forbidden-by-policy",
    policy: which,
  });
  const refusals: [string, DirectoryRefusal, Partial<Record<DirectoryChange | "any", string>>][] = [
    [
      "absent",
      { reason: "absent" },
      { any: "not-found", create: "directory-refused", delete: "done" },
    ],
    [
      "secret-absent",
      { reason: "secret-absent" },
      { any: "directory-refused", removeSecret: "secret-not-found" },
    ],
    [
      "secrets-full",
      { reason: "secrets-full" },
      { any: "directory-refused", addSecret: "secret-limit-reached" },
    ],
    ["name-not-allowed", { reason: "name-not-allowed" }, { any: "name-not-allowed" }],
    ["directory-full", { reason: "directory-full" }, { any: "directory-full" }],
    ["not-ours", { reason: "not-ours" }, { any: "client-not-managed" }],
    [
      "forbidden-by-policy: lifetime",
      policy("lifetime"),
      { any: "forbidden-by-policy", addSecret: "secret-forbidden-by-policy" },
    ],
    [
      "forbidden-by-policy: type",
      policy("type"),
      { any: "forbidden-by-policy", addSecret: "secret-forbidden-by-policy" },
    ],
    ["forbidden-by-policy: audience", policy("audience"), { any: "forbidden-by-policy" }],
    [
      "refused",
      { reason: "refused", status: 400, code: "Request_BadRequest" },
      { any: "directory-refused" },
    ],
  ];
  test.each(refusals)("refused as %s leaves nothing behind", async (_, refusal, expected) => {
    product.directory.answerNext(change, { kind: "refused", refusal });

    const answer = await run(product);

    const reason = expected[change] ?? expected.any;
    if (reason === "done") return expect(answer.ok).toBe(true);
    expect(answer).toMatchObject({ ok: false, refusal: { reason } });
    await nothingIsLeft();
    const concern = ["not-ours", "directory-full", "refused"].includes(refusal.reason);
    expect(incidents()).toEqual(concern ? [refusal.reason] : []);
  });

  test("refused is refused, also when nobody can be told of it", async () => {
    product.directory.answerNext(change, { kind: "refused", refusal: { reason: "not-ours" } });
    const away = async (): Promise<never> => {
      throw new RemoteUnavailable("bus", { executed: "no" });
    };
    const journal = { ...product.journal, adrift: away };

    const answer = await run({ ...product, journal, checks: { ...product.checks, putOff: away } });

    expect(answer).toMatchObject({ ok: false, refusal: { reason: "client-not-managed" } });
    await nothingIsLeft();
  });

  test("that is not to be had now leaves nothing behind, and the caller learns that", async () => {
    const notNow = { kind: "not-now", retryAfterSeconds: 7, throttled: true } as const;
    product.directory.answerNext(change, notNow);

    const error = await failure(run(product));

    const known = { executed: "no", retryAfterSeconds: 7, throttled: true };
    expect(error).toMatchObject({ service: "directory", ...known });
    await nothingIsLeft();
    expect((await run(product)).ok).toBe(true);
  });

  test.each([true, false])(
    "whose answer was lost (carried out: %s) is looked after, and the caller learns that it may have been done",
    async (carriedOut) => {
      product.directory.answerNext(change, { kind: "unknown", retryAfterSeconds: 7 }, carriedOut);
      // A late directory would not show what was created either.
      if (change === "create")
        product.directory.failNext(
          "findByOperation",
          new RemoteUnavailable("directory", { executed: "no" }),
        );

      expect(await failure(run(product))).toMatchObject({
        service: "directory",
        executed: "unknown",
      });

      expect(await underWay(product)).toHaveLength(1);
      expect(change === "create" ? announced() : checks().length).toBe(1);
      const key = await product.operations.key("contoso", "key");
      expect(key?.key.result).toBeUndefined();
      expect(key !== undefined).toBe(keyed === true);
      expect(told()).toEqual([]);
    },
  );

  test("that was done is not said to be undone when the records refuse its end", async () => {
    const refuse = async (): Promise<never> => {
      throw new RemoteUnavailable("records", { executed: "no" });
    };
    const deps = { ...product, operations: { ...product.operations, end: refuse } };

    expect(await failure(run(deps))).toMatchObject({ service: "records", executed: "unknown" });
    expect(await underWay(product)).toHaveLength(1);
    expect(change === "create" ? announced() : checks().length).toBe(1);
  });

  test("whose event could not be sent is done all the same, and the event waits", async () => {
    if (!event) return;
    const away = async (): Promise<never> => {
      throw new RemoteUnavailable("bus", { executed: "no" });
    };

    const answer = await run({ ...product, events: { ...product.events, publish: away } });

    expect(answer.ok).toBe(true);
    const waiting: string[] = [];
    for await (const { what } of product.journal.untoldEvents()) waiting.push(what.type);
    expect(waiting).toEqual([event]);
  });

  test("whose event nobody can keep is not said to be undone", async () => {
    if (!event) return;
    const away = async (): Promise<never> => {
      throw new RemoteUnavailable("records", { executed: "no" });
    };
    const deps = {
      ...product,
      events: { ...product.events, publish: away },
      journal: { ...product.journal, untold: away },
    };

    expect(await failure(run(deps))).toMatchObject({ executed: "unknown" });
    expect(await underWay(product)).toHaveLength(1);
  });

  test("that was taken over ends nothing any more, and its caller is told no success", async () => {
    const deps = { ...product, directory: { ...product.directory, [change]: takenOver(change) } };

    const answer = await failure(run(deps));

    expect(answer).toBeInstanceOf(RemoteUnavailable);
    const [entry] = await underWay(product);
    expect(entry?.turn).toBe(1);
    const key = await product.operations.key("contoso", "key");
    expect(key?.key.result).toBeUndefined();
    if (change === "create") expect(product.directory.all()).toHaveLength(1);
  });

  /** Carries the change out, and meanwhile somebody takes the operation over. */
  const takenOver =
    (name: DirectoryChange) =>
    async (...given: never[]) => {
      const method = product.directory[name] as (...given: never[]) => Promise<unknown>;
      const answer = await method(...given);
      for (const held of await product.operations.allUnderWay("contoso"))
        await product.operations.take(held, product.runtime.now());
      return answer;
    };
});

describe("what a refusal needs to know of the directory", () => {
  test.each([
    ["away", new RemoteUnavailable("directory", { executed: "no" })],
    ["silent", new DirectoryRefused({ reason: "not-ours" })],
  ])("leaves nothing behind when the directory is %s by then", async (_, error) => {
    product.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    product.directory.failNext("secretsOf", error);

    await failure(
      addSecret(product, { ...own(), displayName: "New", lifetimeDays: 30, idempotency }),
    );

    await nothingIsLeft();
  });
});

describe("a create whose answer was lost", () => {
  const lost = { kind: "unknown", retryAfterSeconds: 7 } as const;
  const [create] = operations;

  test("finds what it made by its tag, and the caller does not notice", async () => {
    product.directory.answerNext("create", lost, true);

    const answer = await create?.run(product);

    expect(answer).toMatchObject({ ok: true, value: { id: product.directory.all()[1]?.id } });
    expect(await underWay(product)).toEqual([]);
  });

  test("is not said to be refused because the directory refuses to show it", async () => {
    product.directory.answerNext("create", lost, true);
    product.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));

    expect(await failure(create?.run(product) ?? Promise.resolve())).toMatchObject({
      service: "directory",
      executed: "unknown",
    });
    expect(await underWay(product)).toHaveLength(1);
  });
});
