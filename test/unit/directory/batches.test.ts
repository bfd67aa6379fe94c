import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { consentDirectory } from "../../../shared/adapters/directory/consent-directory.ts";
import { readParts } from "../../../shared/adapters/directory/graph-batch.ts";
import { testRuntime } from "../../support/product.ts";
import { newId } from "../../support/samples.ts";
import {
  challenge,
  json,
  openScriptedGraph,
  type SeenRequest,
  type Turn,
} from "./scripted-graph.ts";

let graph: Awaited<ReturnType<typeof openScriptedGraph>>;
beforeAll(async () => {
  graph = await openScriptedGraph();
});
afterAll(() => graph.close());

const answer = z.object({ id: z.string() });
const parts = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `p${at}`, url: `/things/${at}`, answer }));

const Sent = z.object({ requests: z.array(z.object({ id: z.string(), url: z.string() })) });
type PartReply = { status: number; body?: unknown; headers?: Record<string, string> };

/** Answers every part of a batch; what is no batch gets `alone`. */
const batch =
  (reply: (id: string, url: string) => PartReply | undefined, alone: Turn = json(200, {})): Turn =>
  (response, request: SeenRequest) => {
    if (!request.path.endsWith("/$batch")) return alone(response, request);
    const responses = Sent.parse(request.body).requests.flatMap(({ id, url }) => {
      const said = reply(id, url);
      return said ? [{ id, ...said }] : [];
    });
    json(200, { responses })(response, request);
  };

const denied = {
  status: 403,
  body: { error: { code: "Authorization_RequestDenied", message: "No." } },
};

const ASTRAY = { status: 404, body: { error: { code: "Directory_ObjectNotFound" } } };

const open = () => ({ runtime: testRuntime(), budgetMs: 20_000 });

describe("parts of a batch", () => {
  test("are found, absent or refused, each for itself", async () => {
    graph.script(
      batch((id) =>
        id === "p1" ? { status: 404 } : id === "p2" ? denied : { status: 200, body: { id } },
      ),
    );
    expect(Object.fromEntries(await readParts(open(), graph.client, parts(4)))).toEqual({
      p0: { kind: "found", body: { id: "p0" } },
      p1: { kind: "absent" },
      p2: { kind: "refused", refusal: { reason: "not-ours" } },
      p3: { kind: "found", body: { id: "p3" } },
    });
  });

  test.each<[string, PartReply | undefined]>([
    ["throttled", { status: 429, headers: { "Retry-After": "2" } }],
    ["failed", { status: 503 }],
    ["answered by a replica that cannot read its tenant", ASTRAY],
    ["left out", undefined],
    ["of another shape", { status: 200, body: { id: 1 } }],
  ])("that are %s are asked for again, alone and once", async (_, first) => {
    let asked = 0;
    const turn = (id: string) => {
      if (id !== "p1") return { status: 200, body: { id } };
      asked += 1;
      return asked === 1 ? first : { status: 200, body: { id } };
    };
    graph.script(batch(turn));
    expect((await readParts(open(), graph.client, parts(3))).size).toBe(3);
    expect(graph.seen.map(({ body }) => Sent.parse(body).requests.length)).toEqual([3, 1]);

    graph.script(batch((id) => (id === "p1" ? first : { status: 200, body: { id } })));
    await expect(readParts(open(), graph.client, parts(3))).rejects.toMatchObject({
      code: "REMOTE_UNAVAILABLE",
      throttled: first?.status === 429,
    });
  });

  test("Retry-After of a part may be a date", async () => {
    const deps = open();
    const startedAt = deps.runtime.now().getTime();
    const at = new Date(startedAt + 3_000).toUTCString();
    let asked = 0;
    graph.script(
      batch((id) => {
        asked += 1;
        return asked === 1
          ? { status: 429, headers: { "Retry-After": at } }
          : { status: 200, body: { id } };
      }),
    );
    await readParts(deps, graph.client, parts(1));
    expect(deps.runtime.now().getTime() - startedAt).toBe(3_000);
  });

  test("that refuse the token get a new one, though the batch itself is answered", async () => {
    let renewed = false;
    graph.script((response, request) => {
      renewed ||= request.token !== "token-0";
      const alone = request.token === "token-0" ? challenge() : json(200, { id: "p0" });
      batch((id) => (renewed ? { status: 200, body: { id } } : { status: 401 }), alone)(
        response,
        request,
      );
    });
    expect((await readParts(open(), graph.client, parts(2))).size).toBe(2);
    expect(graph.renewals).toHaveLength(1);
  });

  test("go four batches at a time, and are handed on as they come", async () => {
    const held: (() => void)[] = [];
    const good = batch((id) => ({ status: 200, body: { id } }));
    graph.script((response, request) => {
      held.push(() => good(response, request));
    });
    const batches: number[] = [];
    const reading = readParts(open(), graph.client, parts(100), async (some) => {
      batches.push(some.size);
    });
    await expect.poll(() => held.length).toBe(4);
    expect(batches).toEqual([]);

    held[0]?.();
    await expect.poll(() => held.length).toBe(5);
    expect(batches).toEqual([20]);

    for (const release of held.slice(1)) release();
    expect((await reading).size).toBe(100);
    expect(batches).toEqual([20, 20, 20, 20, 20]);
  });

  test("after a failure no batch is begun, and none is left running", async () => {
    let batches = 0;
    graph.script((response, request) => {
      batches += 1;
      if (batches === 1)
        return json(400, { error: { code: "BadRequest", message: "No." } })(response, request);
      batch((id) => ({ status: 200, body: { id } }))(response, request);
    });
    await expect(readParts(open(), graph.client, parts(400))).rejects.toMatchObject({
      code: "DIRECTORY_REFUSED",
    });
    const seen = graph.seen.length;
    expect(seen).toBeLessThan(20);
  });
});

describe("what the directory says of grants", () => {
  const role = newId();
  const resourceId = newId();
  const principalId = newId();
  const assignments = (more: object = {}) => ({
    status: 200,
    body: { value: [{ principalId, resourceId, appRoleId: role }], ...more },
  });
  const subject = () => ({ clientId: newId(), appId: newId(), roles: ["api.read" as const] });
  const openConsent = () =>
    consentDirectory({
      ...open(),
      client: graph.client,
      apis: [{ appId: newId(), roleIds: { "api.read": role, "api.write": newId() } }],
    });
  const resource = json(200, { id: resourceId });
  const APP_ID = /'([0-9a-f-]{36})'/g;
  /** Every app that is asked for has a service principal; nothing where the part asks for something else. */
  const principals = (url: string): PartReply | undefined => {
    if (!url.startsWith("/servicePrincipals?")) return undefined;
    const appIds = [...decodeURIComponent(url).matchAll(APP_ID)].map(([, appId]) => appId);
    return { status: 200, body: { value: appIds.map((appId) => ({ id: principalId, appId })) } };
  };

  test("nothing is said of a client about which it refuses to answer; the others are seen", async () => {
    const [mine, appDenied, grantDenied] = [subject(), subject(), subject()];
    graph.script(
      batch((id, url) => {
        if (id === `app-${appDenied.clientId}` || id === grantDenied.clientId) return denied;
        return url.startsWith("/applications")
          ? { status: 200, body: { id: newId() } }
          : (principals(url) ?? assignments());
      }, resource),
    );
    const consent = openConsent();
    expect([...(await consent.see([mine, appDenied, grantDenied]))]).toEqual([
      [mine.clientId, { status: "granted", principalId }],
    ]);
    expect([...(await consent.granted([mine, grantDenied])).keys()]).toEqual([mine.clientId]);
  });

  test("an empty page that has a next one is no 'not granted'", async () => {
    const one = subject();
    const next = `${graph.origin}/v1.0/next`;
    graph.script((response, request) => {
      const alone = request.path.includes("next") ? json(200, assignments().body) : resource;
      batch(
        (_, url) =>
          url.startsWith("/applications")
            ? { status: 200, body: { id: newId() } }
            : (principals(url) ?? { status: 200, body: { value: [], "@odata.nextLink": next } }),
        alone,
      )(response, request);
    });
    const consent = openConsent();
    expect([...(await consent.granted([one])).keys()]).toEqual([one.clientId]);
    expect((await consent.see([one])).get(one.clientId)).toMatchObject({ status: "granted" });
  });

  test("300 clients of whom nobody has a service principal are one call", async () => {
    graph.script(batch(() => ({ status: 200, body: { value: [] } }), resource));
    expect((await openConsent().granted(Array.from({ length: 300 }, subject))).size).toBe(0);
    expect(graph.seen).toHaveLength(1);
    const { requests } = Sent.parse(graph.seen[0]?.body);
    expect(requests).toHaveLength(20);
    for (const { url } of requests) expect([...url.matchAll(APP_ID)]).toHaveLength(15);
  });

  test("those who have one are asked for, twenty to a call; one that is refused says nothing of the others", async () => {
    graph.script(batch((_, url) => principals(url) ?? assignments(), resource));
    const subjects = Array.from({ length: 45 }, subject);
    expect((await openConsent().granted(subjects)).size).toBe(45);
    // The service principals, the resource API's own, and three batches of grants.
    expect(graph.seen).toHaveLength(5);
    graph.script(
      batch((id, url) => (id === "apps-1" ? denied : (principals(url) ?? assignments())), resource),
    );
    expect((await openConsent().granted(subjects)).size).toBe(30);
  });
});
