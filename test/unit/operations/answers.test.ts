import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import { type DirectoryRefusal, DirectoryRefused } from "../../../shared/clients/ports.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import type { DirectoryChange } from "../../doubles/memory-directory.ts";
import { ANOTHER, type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { placesOf, type TestProduct, underWay } from "../../support/product.ts";

/** What becomes of each operation, whatever the directory answers. */

let world: ClientWorld;
let keyId: string;
beforeEach(async () => {
  world = await clientWorld();
  ({ keyId } = await world.added({ displayName: "Kept", lifetimeDays: 1 }));
  // With its secret on record.
  world.client = (await world.record()) ?? world.client;
  // Long enough ago for the directory to be believed of it.
  world.runtime.pass(LATE_FOR_MS);
  before = world.events.published.length;
});

let before: number;
const told = () => world.events.published.slice(before).map(({ type }) => type);
const idempotency = THE_REQUEST;

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
    run: (deps) => createClient(deps, { ...ANOTHER, idempotency }),
  },
  {
    change: "addSecret",
    event: "secret.created",
    keyed: true,
    run: (deps) => addSecret(deps, world.aSecret({ displayName: "New", idempotency })),
  },
  {
    change: "removeSecret",
    event: "secret.removed",
    run: (deps) => removeSecret(deps, { ...world.own, keyId }),
  },
  {
    change: "rename",
    event: "client.renamed",
    run: (deps) => renameClient(deps, { ...world.own, displayName: "New" }),
  },
  { change: "delete", event: "client.deleted", run: (deps) => deleteClient(deps, world.own) },
  {
    change: "setDisabled",
    event: "client.suspended",
    run: (deps) => suspendClient(deps, { ...world.own, reason: "A leaked secret" }),
  },
  { change: "setDisabled", event: "client.resumed", run: (deps) => resumeClient(deps, world.own) },
];
const incidents = () =>
  world.checks.waiting.flatMap(({ body }) =>
    body.type === "operation.incident" ? [body.reason] : [],
  );
const checks = () => world.checks.waiting.filter(({ body }) => body.type === "operation.check");
/** Announcements of creates that have not been called off; one is of the client that all of this is about. */
const announced = () => world.consentQueue.sent.length - 1;
const places = (change: DirectoryChange) =>
  ({ create: 2, delete: 0 })[change as "create" | "delete"] ?? 1;

/** As if it had not been asked for. */
async function nothingIsLeft(): Promise<void> {
  expect(await underWay(world)).toEqual([]);
  expect(checks()).toEqual([]);
  expect(announced()).toBe(0);
  expect(await placesOf(world)).toBe(1);
  expect(await world.key()).toBeUndefined();
  expect(told()).toEqual([]);
  expect((await world.records.client("contoso", world.client.id))?.record).toEqual(world.client);
}

describe.each(operations)("$change $event", ({ change, event, keyed, run }) => {
  test("that is done has ended, and is told of once", async () => {
    const answer = await run(world);

    expect(answer.ok).toBe(true);
    expect(await underWay(world)).toEqual([]);
    expect(checks()).toEqual([]);
    expect(announced()).toBe(change === "create" ? 1 : 0);
    expect(await placesOf(world)).toBe(places(change));
    expect(told()).toEqual(event ? [event] : []);
    const key = await world.key();
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
      { any: "forbidden-by-policy", addSecret: "credential-kind-not-allowed" },
    ],
    ["forbidden-by-policy: audience", policy("audience"), { any: "forbidden-by-policy" }],
    [
      "refused",
      { reason: "refused", status: 400, code: "Request_BadRequest" },
      { any: "directory-refused" },
    ],
  ];
  test.each(refusals)("refused as %s leaves nothing behind", async (_, refusal, expected) => {
    world.directory.answerNext(change, { kind: "refused", refusal });

    const answer = await run(world);

    const reason = expected[change] ?? expected.any;
    if (reason === "done") return expect(answer.ok).toBe(true);
    expect(answer).toMatchObject({ ok: false, refusal: { reason } });
    await nothingIsLeft();
    const concern = ["not-ours", "directory-full", "refused"].includes(refusal.reason);
    expect(incidents()).toEqual(concern ? [refusal.reason] : []);
  });

  test("refused is refused, also when nobody can be told of it", async () => {
    world.directory.answerNext(change, { kind: "refused", refusal: { reason: "not-ours" } });
    const away = async (): Promise<never> => {
      throw new RemoteUnavailable("bus", { executed: "no" });
    };
    const journal = { ...world.journal, adrift: away };

    const answer = await run({ ...world, journal, checks: { ...world.checks, putOff: away } });

    expect(answer).toMatchObject({ ok: false, refusal: { reason: "client-not-managed" } });
    await nothingIsLeft();
  });

  test("that is not to be had now leaves nothing behind, and the caller learns that", async () => {
    const notNow = { kind: "not-now", retryAfterSeconds: 7, throttled: true } as const;
    world.directory.answerNext(change, notNow);

    const error = await failure(run(world));

    const known = { executed: "no", retryAfterSeconds: 7, throttled: true };
    expect(error).toMatchObject({ service: "directory", ...known });
    await nothingIsLeft();
    expect((await run(world)).ok).toBe(true);
  });

  test.each([true, false])(
    "whose answer was lost (carried out: %s) is looked after, and the caller learns that it may have been done",
    async (carriedOut) => {
      world.directory.answerNext(change, { kind: "unknown", retryAfterSeconds: 7 }, carriedOut);
      // A late directory would not show what was created either.
      if (change === "create")
        world.directory.failNext(
          "findByOperation",
          new RemoteUnavailable("directory", { executed: "no" }),
        );

      expect(await failure(run(world))).toMatchObject({
        service: "directory",
        executed: "unknown",
      });

      expect(await underWay(world)).toHaveLength(1);
      expect(change === "create" ? announced() : checks().length).toBe(1);
      const key = await world.key();
      expect(key?.key.result).toBeUndefined();
      expect(key !== undefined).toBe(keyed === true);
      expect(told()).toEqual([]);
    },
  );

  test("that was done is not said to be undone when the records refuse its end", async () => {
    const refuse = async (): Promise<never> => {
      throw new RemoteUnavailable("records", { executed: "no" });
    };
    const deps = { ...world, operations: { ...world.operations, end: refuse } };

    expect(await failure(run(deps))).toMatchObject({ service: "records", executed: "unknown" });
    expect(await underWay(world)).toHaveLength(1);
    expect(change === "create" ? announced() : checks().length).toBe(1);
  });

  test("whose event could not be sent is done all the same, and the event waits", async () => {
    if (!event) return;
    const away = async (): Promise<never> => {
      throw new RemoteUnavailable("bus", { executed: "no" });
    };

    const answer = await run({ ...world, events: { ...world.events, publish: away } });

    expect(answer.ok).toBe(true);
    const waiting: string[] = [];
    for await (const { what } of world.journal.untoldEvents()) waiting.push(what.type);
    expect(waiting).toEqual([event]);
  });

  test("whose event nobody can keep is not said to be undone", async () => {
    if (!event) return;
    const away = async (): Promise<never> => {
      throw new RemoteUnavailable("records", { executed: "no" });
    };
    const deps = {
      ...world,
      events: { ...world.events, publish: away },
      journal: { ...world.journal, untold: away },
    };

    expect(await failure(run(deps))).toMatchObject({ executed: "unknown" });
    expect(await underWay(world)).toHaveLength(1);
  });

  test("that was taken over ends nothing any more, and its caller is told no success", async () => {
    const deps = { ...world, directory: { ...world.directory, [change]: takenOver(change) } };

    const answer = await failure(run(deps));

    expect(answer).toBeInstanceOf(RemoteUnavailable);
    const [entry] = await underWay(world);
    expect(entry?.turn).toBe(1);
    const key = await world.key();
    expect(key?.key.result).toBeUndefined();
    // Whoever has taken it over decides about what was made, and may be about to record it.
    if (change !== "create") return;
    expect(await world.settleAgain()).toBe("finished");
    const { records } = await world.records.list("contoso", 10);
    expect(new Set(records.map(({ id }) => id))).toEqual(
      new Set(world.directory.all().map(({ id }) => id)),
    );
    expect(records).toHaveLength(2);
  });

  /** Carries the change out, and meanwhile somebody takes the operation over. */
  const takenOver =
    (name: DirectoryChange) =>
    async (...given: never[]) => {
      const method = world.directory[name] as (...given: never[]) => Promise<unknown>;
      const answer = await method(...given);
      for (const held of await world.operations.allUnderWay("contoso"))
        await world.operations.take(held, world.runtime.now());
      return answer;
    };
});

describe("what a refusal needs to know of the directory", () => {
  test.each([
    ["away", new RemoteUnavailable("directory", { executed: "no" })],
    ["silent", new DirectoryRefused({ reason: "not-ours" })],
  ])("leaves nothing behind when the directory is %s by then", async (_, error) => {
    world.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    world.directory.failNext("secretsOf", error);

    await failure(
      addSecret(world, { ...world.own, displayName: "New", lifetimeDays: 30, idempotency }),
    );

    await nothingIsLeft();
  });
});

describe("a create whose answer was lost", () => {
  const lost = { kind: "unknown", retryAfterSeconds: 7 } as const;
  const [create] = operations;

  test("finds what it made by its tag, and the caller does not notice", async () => {
    world.directory.answerNext("create", lost, true);

    const answer = await create?.run(world);

    expect(answer).toMatchObject({ ok: true, value: { id: world.directory.all()[1]?.id } });
    expect(await underWay(world)).toEqual([]);
  });

  test("is not said to be refused because the directory refuses to show it", async () => {
    world.directory.answerNext("create", lost, true);
    world.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));

    expect(await failure(create?.run(world) ?? Promise.resolve())).toMatchObject({
      service: "directory",
      executed: "unknown",
    });
    expect(await underWay(world)).toHaveLength(1);
  });
});
