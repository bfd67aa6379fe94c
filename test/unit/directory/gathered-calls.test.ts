import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { gatheredCalls } from "../../../shared/adapters/directory/gathered-calls.ts";
import { graphDirectory } from "../../../shared/adapters/directory/graph-directory.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { failure } from "../../support/failure.ts";
import { testRuntime } from "../../support/product.ts";
import { NOON, newId } from "../../support/samples.ts";
import {
  challenge,
  cut,
  graphError,
  html,
  json,
  noContent,
  openScriptedGraph,
  type SeenRequest,
  silence,
  type Turn,
} from "./scripted-graph.ts";

/** What the directory's contract does not say of calls that go together: who is asked with whom, and whose failure is whose. */

let graph: Awaited<ReturnType<typeof openScriptedGraph>>;
beforeAll(async () => {
  graph = await openScriptedGraph(gatheredCalls);
});
afterAll(() => graph.close());

const open = () =>
  graphDirectory({
    client: graph.client,
    runtime: testRuntime(),
    budgetMs: 20_000,
    certificates: false,
    signInAudience: "AzureADMyOrg",
    apis: [],
  });
const LONG_AGO = { createdAt: new Date(0) };
const Sent = z.object({
  requests: z.array(z.looseObject({ id: z.string(), url: z.string() })),
});
type Reply = { status: number; body?: unknown; headers?: Record<string, string> };

const isBatch = ({ path }: SeenRequest) => path.endsWith("/$batch");
/** Answers every part of a batch by its url; what is no batch gets `alone`. */
const batch =
  (reply: (url: string) => Reply | undefined, alone: Turn = noContent): Turn =>
  (response, request) => {
    if (!isBatch(request)) return alone(response, request);
    const responses = Sent.parse(request.body).requests.flatMap(({ id, url }) => {
      const said = reply(url);
      return said ? [{ id, ...said }] : [];
    });
    // Graph answers in any order.
    json(200, { responses: responses.toReversed() })(response, request);
  };
const rename = (ids: readonly string[]) =>
  Promise.all(ids.map((id) => open().rename(id, `New ${id}`, LONG_AGO)));
const seen = () =>
  graph.seen.map((request) =>
    isBatch(request) ? `batch of ${Sent.parse(request.body).requests.length}` : request.path,
  );
const DONE = { kind: "done", value: undefined };
const done = (): Reply => ({ status: 204 });

describe("calls of one turn", () => {
  test("go in one batch, with what each sends, twenty at most", async () => {
    graph.script(batch(done));
    const ids = Array.from({ length: 23 }, (_, at) => `${at}`);

    expect(await rename(ids)).toEqual(ids.map(() => DONE));

    expect(seen()).toEqual(["batch of 20", "batch of 3"]);
    const [first] = graph.seen.flatMap(({ body }) => Sent.parse(body).requests);
    expect(first).toMatchObject({
      method: "PATCH",
      url: "/applications/0",
      headers: { "content-type": "application/json" },
      body: { displayName: "New 0" },
    });
  });

  test("of different kinds have each what was answered to them", async () => {
    const found = {
      id: newId(),
      ...{ appId: newId(), displayName: "Found" },
      ...{ createdDateTime: NOON.toISOString(), passwordCredentials: [] },
    };
    graph.script(
      batch((url) =>
        url.startsWith("/applications/read?$select=")
          ? { status: 200, body: found }
          : { status: 404, body: { error: { code: "Request_ResourceNotFound", message: "No." } } },
      ),
    );
    const directory = open();

    const [read, deleted] = await Promise.all([
      directory.get("read", LONG_AGO),
      directory.delete("gone", LONG_AGO),
    ]);

    expect(read).toMatchObject({ id: found.id });
    expect(deleted).toEqual({ kind: "refused", refusal: { reason: "absent" } });
  });

  test("are one call of the directory, counted for who was first", async () => {
    graph.script(batch(done));
    const observations = [newObservation(), newObservation()];

    await Promise.all(
      observations.map((one, at) => observe(one, () => open().rename(`${at}`, "New", LONG_AGO))),
    );

    expect(observations.map(({ directoryCalls }) => directoryCalls)).toEqual([1, 0]);
  });
});

test("a call without company goes as it is", async () => {
  graph.script(noContent);

  expect(await rename(["alone"])).toEqual([DONE]);

  expect(seen()).toEqual(["/v1.0/applications/alone"]);
});

describe("nobody's failure is another's:", () => {
  test("a batch that is refused has each asked for alone", async () => {
    graph.script((response, request) =>
      isBatch(request)
        ? graphError(400, "BadRequest")(response, request)
        : noContent(response, request),
    );

    expect(await rename(["a", "b"])).toEqual([DONE, DONE]);

    expect(seen()).toEqual(["batch of 2", "/v1.0/applications/a", "/v1.0/applications/b"]);
  });

  test("a part whose token is refused is asked for alone, with a new one", async () => {
    graph.script((response, request) => {
      if (isBatch(request))
        return batch((url) => ({ status: url.endsWith("stale") ? 401 : 204 }))(response, request);
      (request.token === "token-0" ? challenge() : noContent)(response, request);
    });

    expect(await rename(["fresh", "stale"])).toEqual([DONE, DONE]);

    expect(graph.renewals).toHaveLength(1);
    expect(graph.seen.slice(1).every(({ path }) => path.endsWith("/stale"))).toBe(true);
  });

  test("a part that is throttled waits as long as it is told, and the others do not", async () => {
    const throttled = { status: 429, headers: { "Retry-After": "30" } };
    graph.script(batch((url) => (url.endsWith("later") ? throttled : done())));
    const observation = newObservation();

    const answers = await observe(observation, () => rename(["now", "too", "later"]));

    expect(answers).toEqual([
      DONE,
      DONE,
      { kind: "not-now", throttled: true, retryAfterSeconds: 30 },
    ]);
    expect(observation.directoryThrottled).toBe(1);
  });

  test("a part that is done may have a body, and one that has failed none", async () => {
    const bare = { status: 404 };
    graph.script(batch((url) => (url.endsWith("gone") ? bare : { status: 204, body: null })));
    const directory = open();

    const [done, unknown] = await Promise.all([
      directory.rename("here", "New", LONG_AGO),
      directory.addSecret(
        "gone",
        { displayName: "New", createdAt: NOON, expiresAt: NOON },
        LONG_AGO,
      ),
    ]);

    expect(done).toEqual(DONE);
    expect(unknown).toMatchObject({ kind: "unknown" });
  });

  test.each([
    ["is left out", undefined],
    ["has failed", { status: 503 }],
  ])("a part that %s is unknown, and is asked for again", async (_, reply) => {
    let asked = 0;
    graph.script(
      batch((url) => {
        if (!url.endsWith("odd")) return done();
        asked += 1;
        return reply;
      }),
    );

    expect(await rename(["even", "odd"])).toEqual([DONE, DONE]);

    expect(asked).toBe(1);
    expect(seen()).toEqual(["batch of 2", "/v1.0/applications/odd"]);
  });
});

describe("what leaves the outcome of all open is everybody's:", () => {
  const create = (operationId: string) =>
    open().create({ operationId, subscription: "contoso", displayName: "New", roles: [] });

  test.each([
    ["a fault", graphError(500, "internalServerError")],
    ["its own time-out", graphError(408, "timeout")],
    ["an answer that is cut", cut],
    ["a page of somebody else's", html(200)],
    ["an answer that is none", json(200, { value: [] })],
  ])("after %s nobody knows what was made", async (_, turn) => {
    graph.script(turn);

    for (const answer of await Promise.all([create("a"), create("b")]))
      expect(answer.kind).toBe("unknown");

    expect(seen()).toEqual(["batch of 2"]);
  });

  test("throttled as a whole, nothing was done, and each is told how long to wait", async () => {
    graph.script(graphError(429, "TooManyRequests", "Slow down.", { "retry-after": "40" }));

    for (const answer of await Promise.all([create("a"), create("b")]))
      expect(answer).toEqual({ kind: "not-now", throttled: true, retryAfterSeconds: 40 });

    expect(seen()).toEqual(["batch of 2"]);
  });

  test("a directory that never answers is waited for no longer than the first of them may", async () => {
    graph.script(silence);
    const began = performance.now();

    const answers = await withDeadline(300, () => Promise.all([create("a"), create("b")]));

    expect(answers.map(({ kind }) => kind)).toEqual(["unknown", "unknown"]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test("out of reach, nothing was done", async () => {
    const nowhere = await openScriptedGraph(gatheredCalls);
    await nowhere.close();
    const directory = graphDirectory({
      client: nowhere.client,
      runtime: testRuntime(),
      budgetMs: 20_000,
      certificates: false,
      signInAudience: "AzureADMyOrg",
      apis: [],
    });

    const errors = await Promise.all(["a", "b"].map((id) => failure(directory.get(id, LONG_AGO))));

    for (const error of errors)
      expect(error).toMatchObject({ service: "directory", executed: "no" });
  });
});

test("a link to another origin is no part of a batch, and is not followed", async () => {
  const page = { value: [], "@odata.nextLink": "https://127.0.0.1:1/v1.0/next" };
  graph.script(batch(() => ({ status: 200, body: page })));
  const directory = open();

  const errors = await Promise.all(
    [newId(), newId()].map((id) => failure(directory.findByOperation(id))),
  );

  for (const error of errors) expect(error).toMatchObject({ executed: "no" });
  expect(seen()).toEqual(["batch of 2"]);
});

test("a batch is no part of another", async () => {
  const ids = [newId(), newId()];
  graph.script(batch(() => ({ status: 404 })));
  const directory = open();

  const [found] = await Promise.all([
    directory.getMany(ids),
    directory.rename("a", "New", LONG_AGO),
  ]);

  expect(found).toEqual(new Map());
  for (const { body } of graph.seen.filter(isBatch))
    for (const { url } of Sent.parse(body).requests) expect(url).not.toContain("$batch");
});
