import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RemoteCall, Tap, Verdict } from "../../../infra/local/tap.ts";
import {
  errorCode,
  errorMessage,
  graph,
  items,
  type Json,
  openTestDirectory,
  postForm,
  setting,
  text,
} from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
const seen: string[] = [];
let before: (call: RemoteCall) => Promise<Verdict> = async () => "pass";
let after: (call: RemoteCall) => Promise<Verdict> = async () => "pass";
const tap: Tap = {
  before: (call) => {
    seen.push(`before ${call.service} ${call.name}`);
    return before(call);
  },
  after: (call) => {
    seen.push(`after ${call.service} ${call.name}`);
    return after(call);
  },
};

beforeAll(async () => {
  test = await openTestDirectory({ tap });
});
beforeEach(async () => {
  test.directory.setFaults(undefined);
  await test.directory.reset();
  before = async () => "pass";
  after = async () => "pass";
  seen.length = 0;
});
afterAll(() => test.close());

/** Not by fetch, whose pool may still hold a connection from before. */
const connectionError = (port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(undefined));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });

const create = (more: Json = {}) =>
  test.graph("POST", "/applications", { displayName: "x", ...more });
const count = async () =>
  items(await test.graph("GET", "/applications?$filter=displayName eq 'x'")).length;

describe("the tap", () => {
  it("stands before and after every Graph and token request", async () => {
    const { body } = await create();
    await test.graph("POST", `/applications/${body["id"]}/addPassword`, {});
    await test.graph("GET", `/applications(appId='${body["appId"]}')`);
    await postForm(setting(test.directory, "TOKEN_ENDPOINT"), {});
    await test.graph("GET", "/nothing/here");

    expect(seen).toEqual(
      [
        "POST /applications",
        "POST /applications/{id}/addPassword",
        "GET /applications/{id}",
        "POST /token",
        "GET (unknown)",
      ].flatMap((name) => [`before directory ${name}`, `after directory ${name}`]),
    );
  });

  it("cuts before anything is changed, or after the change is made", async () => {
    before = async (call) => (call.name === "POST /applications" ? "cut" : "pass");
    await expect(create()).rejects.toThrow("fetch failed");
    expect(await count()).toBe(0);

    before = async () => "pass";
    after = async (call) => (call.name === "POST /applications" ? "cut" : "pass");
    await expect(create()).rejects.toThrow("fetch failed");
    expect(await count()).toBe(1);
    expect(test.directory.requests().map(({ status }) => status)).toContain(0);
  });

  it("holds a request as long as it likes", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      before = () => {
        resolve();
        return new Promise((pass) => {
          release = () => pass("pass");
        });
      };
    });
    const creation = create();
    await held;
    before = async () => "pass";
    expect(await count()).toBe(0);
    release();
    expect((await creation).status).toBe(201);
  });
});

describe("faults", () => {
  it("latencyMs delays Graph and token answers", async () => {
    test.directory.setFaults({ latencyMs: 60 });
    const started = performance.now();
    await create();
    await postForm(setting(test.directory, "TOKEN_ENDPOINT"), {});
    expect(performance.now() - started).toBeGreaterThanOrEqual(118);
  });

  it("throttle answers the documented 429, with Retry-After when told", async () => {
    test.directory.setFaults({ throttle: { share: 1, retryAfterSeconds: 10 } });
    const answer = await create();
    expect([answer.status, answer.headers.get("retry-after"), errorCode(answer)]).toEqual([
      429,
      "10",
      "TooManyRequests",
    ]);
    expect(answer.body["error"]).toMatchObject({
      message: "Please retry again later.",
      innerError: { code: "429", status: "429", message: "Please retry after" },
    });

    test.directory.setFaults({ throttle: { share: 1 } });
    expect((await create()).headers.has("retry-after")).toBe(false);
  });

  it("throttle strikes the parts of a batch, never the batch", async () => {
    test.directory.setFaults({ throttle: { share: 1, retryAfterSeconds: 7 } });
    const { status, body } = await test.graph("POST", "/$batch", {
      requests: [{ id: "1", method: "GET", url: "/organization" }],
    });
    expect(status).toBe(200);
    expect(body["responses"]).toMatchObject([
      { id: "1", status: 429, headers: { "Retry-After": "7" } },
    ]);
  });

  it("a share strikes the same calls in every run", async () => {
    const run = async (): Promise<number[]> => {
      test.directory.setFaults({ throttle: { share: 0.5 } });
      const statuses: number[] = [];
      for (let index = 0; index < 20; index += 1)
        statuses.push((await test.graph("GET", "/organization")).status);
      return statuses;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([200, 429]));
    expect(await run()).toEqual(first);
  });

  it.each([404, 500, 502, 503, 504] as const)(
    "serverError answers %i and changes nothing",
    async (status) => {
      test.directory.setFaults({ serverError: { share: 1, status } });
      expect((await create()).status).toBe(status);
      test.directory.setFaults(undefined);
      expect(await count()).toBe(0);
    },
  );

  it("createLagMs hides what is fresh, everywhere", async () => {
    test.directory.setFaults({ createLagMs: 60_000 });
    const { body } = await create({ uniqueName: "lagging" });
    const path = `/applications/${body["id"]}`;

    for (const answer of [
      await test.graph("GET", path),
      await test.graph("GET", `/applications(appId='${body["appId"]}')`),
      await test.graph("PATCH", path, { displayName: "y" }),
      await test.graph("POST", `${path}/addPassword`, {}),
      await test.graph("DELETE", path),
    ]) {
      expect([answer.status, errorCode(answer)]).toEqual([404, "Request_ResourceNotFound"]);
    }
    expect(await count()).toBe(0);
    const batch = await test.graph("POST", "/$batch", {
      requests: [{ id: "1", method: "GET", url: path }],
    });
    expect(batch.body["responses"]).toMatchObject([{ status: 404 }]);
    const principal = await test.graph("POST", "/servicePrincipals", { appId: body["appId"] });
    expect([principal.status, errorMessage(principal)]).toEqual([
      400,
      `The appId '${body["appId"]}' of the service principal does not reference a valid application object.`,
    ]);
    expect((await create({ uniqueName: "lagging" })).status).toBe(400);

    test.directory.setFaults(undefined);
    expect((await test.graph("GET", path)).status).toBe(200);
  });

  it("createLagMs hides a fresh service principal", async () => {
    const { body } = await create();
    test.directory.setFaults({ createLagMs: 60_000 });
    expect((await test.graph("POST", "/servicePrincipals", { appId: body["appId"] })).status).toBe(
      400,
    );
    test.directory.setFaults(undefined);
    const principal = await test.graph("POST", "/servicePrincipals", { appId: body["appId"] });
    test.directory.setFaults({ createLagMs: 60_000 });
    expect((await test.graph("GET", `/servicePrincipals/${principal.body["id"]}`)).status).toBe(
      404,
    );
  });

  it("cutAfterCommit loses the answer to a write, never to a read", async () => {
    test.directory.setFaults({ cutAfterCommit: { share: 1 } });
    await expect(create()).rejects.toThrow("fetch failed");
    expect(await count()).toBe(1);
  });

  it("loseParallelPasswords answers all and keeps one", async () => {
    const { body } = await create({ signInAudience: "AzureADMyOrg" });
    const path = `/applications/${body["id"]}`;
    const add = () => test.graph("POST", `${path}/addPassword`, {});
    const kept = async () =>
      ((await test.graph("GET", path)).body["passwordCredentials"] as Json[]).length;

    test.directory.setFaults({ loseParallelPasswords: true });
    const answers = await Promise.all([add(), add(), add()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await kept()).toBe(1);

    await add();
    expect(await kept()).toBe(2);
  });

  it("writesPerMinute limits writes for personal accounts, by 429 with Retry-After", async () => {
    test.directory.setFaults({ writesPerMinute: 2 });
    const { body } = await create();
    expect((await test.graph("POST", `/applications/${body["id"]}/addPassword`, {})).status).toBe(
      200,
    );
    const third = await create();
    expect(third.status).toBe(429);
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThan(50);
    expect((await create({ signInAudience: "AzureADMyOrg" })).status).toBe(201);
    expect((await test.graph("GET", `/applications/${body["id"]}`)).status).toBe(200);
  });

  it("down refuses connections until it is up again, on the same ports", async () => {
    const { body } = await create();
    test.directory.setFaults("down");
    test.directory.setFaults("down");
    for (const origin of [test.directory.origin, test.directory.secureOrigin]) {
      expect(await connectionError(Number(new URL(origin).port))).toBe("ECONNREFUSED");
    }

    test.directory.setFaults({});
    const found = await graph(
      test.directory,
      test.backend,
      "GET",
      `/applications/${text(body, "id")}`,
    );
    expect(found.status).toBe(200);
  });

  it("down right after up stays down", async () => {
    test.directory.setFaults("down");
    test.directory.setFaults(undefined);
    test.directory.setFaults("down");
    const port = Number(new URL(test.directory.origin).port);
    await expect.poll(() => connectionError(port)).toBe("ECONNREFUSED");
    await expect(create()).rejects.toThrow("fetch failed");
  });

  it("down does not keep it from stopping", async () => {
    const other = await openTestDirectory();
    other.directory.setFaults("down");
    await other.close();
  });
});
