import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { items, openTestDirectory, postForm, setting, tenantTokenEndpoint } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
beforeEach(async () => {
  test.directory.setFaults(undefined);
  await test.directory.reset();
});
afterAll(() => test.close());

/** A raw create, as of a caller that reads what comes. */
const post = (signal?: AbortSignal) =>
  fetch(`${test.directory.graph}/applications`, {
    method: "POST",
    headers: { authorization: `Bearer ${test.backend}`, "content-type": "application/json" },
    body: JSON.stringify({ displayName: "x" }),
    ...(signal && { signal }),
  });
const count = async () => {
  test.directory.setFaults(undefined);
  return items(await test.graph("GET", "/applications?$filter=displayName eq 'x'")).length;
};

describe("mangled", () => {
  it("cut: half an answer, then the connection breaks; the change was made", async () => {
    test.directory.setFaults({ mangled: { share: 1, how: "cut" } });
    const response = await post();
    expect(response.status).toBe(201);
    await expect(response.text()).rejects.toThrow("terminated");
    expect(await count()).toBe(1);
  });

  it.each([
    ["truncated", 201, /^\{.*[^}]$/s],
    ["empty", 201, /^$/],
    ["html", 200, /^<!doctype html>/],
    ["shape", 201, /^\{"unexpected":true\}$/],
  ] as const)(
    "%s: %i with a body that cannot be used; the change was made",
    async (how, status, body) => {
      test.directory.setFaults({ mangled: { share: 1, how } });
      const response = await post();
      expect(response.status).toBe(status);
      expect(await response.text()).toMatch(body);
      expect(await count()).toBe(1);
    },
  );

  it("strikes what is answered without a body too, and leaves refusals alone", async () => {
    const { body } = await test.graph("POST", "/applications", { displayName: "x" });
    test.directory.setFaults({ mangled: { share: 1, how: "html" } });
    const headers = { authorization: `Bearer ${test.backend}` };
    const url = `${test.directory.graph}/applications/${body["id"]}`;
    const gone = await fetch(url, { method: "DELETE", headers });
    expect([gone.status, (await gone.text()).slice(0, 9)]).toEqual([200, "<!doctype"]);
    const again = await fetch(url, { method: "DELETE", headers });
    expect([again.status, again.headers.get("content-type")]).toEqual([
      404,
      "application/json; charset=utf-8",
    ]);
  });
});

describe("silence", () => {
  it.each([
    [false, 0],
    [true, 1],
  ])("takes a request and never answers; afterCommit %s: %i made", async (afterCommit, made) => {
    test.directory.setFaults({ silence: { share: 1, afterCommit } });
    const caller = new AbortController();
    const answer = post(caller.signal);
    await expect.poll(() => test.directory.requests().length).toBe(1);
    caller.abort();
    await expect(answer).rejects.toThrow("aborted");
    expect(test.directory.requests()[0]?.status).toBe(0);
    expect(await count()).toBe(made);
  });

  it("does not keep the directory from stopping", async () => {
    const other = await openTestDirectory();
    other.directory.setFaults({ silence: { share: 1, afterCommit: false } });
    const answer = other.graph("GET", "/organization").catch((error: unknown) => error);
    await expect.poll(() => other.directory.requests().length).toBeGreaterThan(1);
    await other.close();
    expect(await answer).toBeInstanceOf(TypeError);
  });
});

describe("throttle", () => {
  it("says when as an HTTP date when told to", async () => {
    test.directory.setFaults({
      throttle: { share: 1, retryAfterSeconds: 30, retryAfterDate: true },
    });
    const { headers } = await test.graph("GET", "/organization");
    const value = headers.get("retry-after") ?? "";
    expect(value).toMatch(/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/);
    expect(Date.parse(value) - Date.now()).toBeGreaterThan(25_000);
    const { body } = await test.graph("POST", "/$batch", {
      requests: [{ id: "1", method: "GET", url: "/organization" }],
    });
    expect(body["responses"]).toMatchObject([
      { headers: { "Retry-After": expect.stringContaining("GMT") } },
    ]);
  });
});

describe("tokenEndpoint", () => {
  const ask = () => ({
    grant_type: "client_credentials",
    client_id: setting(test.directory, "DIRECTORY_CLIENT_ID"),
    client_secret: setting(test.directory, "DIRECTORY_CLIENT_SECRET"),
    scope: "https://graph.microsoft.com/.default",
  });

  it("unavailable: 503 in the words of Entra", async () => {
    test.directory.setFaults({ tokenEndpoint: "unavailable" });
    const { status, body } = await postForm(tenantTokenEndpoint(test.directory), ask());
    expect([status, body["error"]]).toEqual([503, "temporarily_unavailable"]);
  });

  it("html: a page where a token should be", async () => {
    test.directory.setFaults({ tokenEndpoint: "html" });
    const response = await fetch(tenantTokenEndpoint(test.directory), {
      method: "POST",
      body: new URLSearchParams(ask()),
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
  });

  it("silent: no answer; Graph itself is well", async () => {
    test.directory.setFaults({ tokenEndpoint: "silent" });
    const caller = new AbortController();
    const answer = fetch(tenantTokenEndpoint(test.directory), {
      method: "POST",
      body: new URLSearchParams(ask()),
      signal: caller.signal,
    });
    await expect.poll(() => test.directory.requests().at(-1)?.name).toBe("POST /token");
    expect((await test.graph("GET", "/organization")).status).toBe(200);
    caller.abort();
    await expect(answer).rejects.toThrow("aborted");
  });
});
