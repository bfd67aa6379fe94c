import { request } from "node:http";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { HostHandle } from "../../../infra/local/host/spawn.ts";
import { buildFixture, showLogsOnFailure, startFixtureHost } from "../../support/fixture-host.ts";

let host: HostHandle;

beforeAll(async () => {
  host = await startFixtureHost(await buildFixture(new URL("fixtures/http.ts", import.meta.url)));
});
beforeEach(showLogsOnFailure);

const call = (path: string, init?: RequestInit) => fetch(`${host.origin}${path}`, init);

/** The name of the function that answered. */
const answeredBy = async (path: string, init?: RequestInit) =>
  (await call(path, init)).headers.get("x-function");

describe("routes", () => {
  it.each([
    ["GET", "/api/clients", "list"],
    ["GET", "/API/Clients", "list"],
    ["GET", "/api/clients/", "list"],
    ["POST", "/api/clients", "create"],
    ["PATCH", "/api/clients/7", "one"],
    ["GET", "/api/clients/mine", "literal"],
    ["GET", "/api/clients/8d3f2c1a-0000-4000-8000-123456789abc", "byGuid"],
    ["GET", "/api/clients/7", "one"],
    ["GET", "/api/pages/20", "optional"],
    ["GET", "/api/pages/20/abc", "optional"],
    ["GET", "/api/pages/many", "portal"],
    ["GET", "/", "portal"],
    ["GET", "/assets/app.js", "portal"],
  ])("%s %s is answered by %s", async (method, path, name) => {
    expect(await answeredBy(path, { method })).toBe(name);
  });

  it("answers 404 for a known path with an unknown method, as Azure does", async () => {
    expect((await call("/api/clients", { method: "DELETE" })).status).toBe(404);
  });

  it("gives parameters decoded, a slash inside a segment included", async () => {
    const response = await call("/api/clients/a%2Fb%20%C3%BC");
    expect(await response.json()).toMatchObject({ params: { id: "a/b ü" } });
  });

  it("gives the rest of the path to a catch-all", async () => {
    expect(await (await call("/a/b/c")).json()).toMatchObject({ params: { path: "a/b/c" } });
  });

  it("answers HEAD with headers only", async () => {
    const response = await call("/api/clients/7", { method: "HEAD" });
    expect([response.status, response.headers.get("etag")]).toEqual([200, '"1"']);
  });
});

describe("requests", () => {
  it("carry method, headers, a repeated query and the body", async () => {
    const response = await call("/api/clients?tag=a&tag=b", {
      method: "POST",
      headers: { "x-test": "Grüße".normalize().replaceAll(/[^ -~]/g, "?") },
      body: '{"displayName":"Zoë"}',
    });
    expect(await response.json()).toMatchObject({
      method: "POST",
      query: [
        ["tag", "a"],
        ["tag", "b"],
      ],
      header: "Gr??e",
      body: '{"displayName":"Zoë"}',
    });
  });

  it("carry bytes both ways", async () => {
    const sent = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    const response = await call("/api/bytes", { method: "POST", body: sent });
    expect(response.status).toBe(201);
    expect(response.headers.get("content-length")).toBe("300000");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(sent.toReversed());
  });

  it("over 100 MB are refused with 413", async () => {
    const status = await new Promise((resolve, reject) => {
      const upload = request(`${host.origin}/api/bytes`, { method: "POST" }, (response) => {
        resolve(response.statusCode);
        upload.destroy();
      });
      // The answer comes while the client still writes.
      upload.on("error", reject);
      const chunk = Buffer.alloc(1024 * 1024);
      const write = (left: number): void => {
        if (left === 0) upload.end();
        else upload.write(chunk, () => write(left - 1));
      };
      write(101);
    });
    expect(status).toBe(413);
  });
});

describe("responses", () => {
  it("may be a stream", async () => {
    expect(await (await call("/api/stream")).text()).toBe("one,two");
  });

  it("carry cookies", async () => {
    expect((await call("/api/cookies")).headers.getSetCookie()).toEqual([
      "a=1; Path=/; HttpOnly; Secure; SameSite=Strict",
      "b=2; Max-Age=60",
    ]);
  });

  it("are 204 when the function returns nothing", async () => {
    expect((await call("/api/nothing")).status).toBe(204);
  });

  it("are 500 without a word when the function throws", async () => {
    const response = await call("/api/throws");
    expect([response.status, await response.text()]).toEqual([500, ""]);
    expect(host.logs().join("\n")).toContain("secret inside");
  });
});

describe("invocations", () => {
  it("continue the caller's trace", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const response = await call("/api/trace", { headers: { traceparent } });
    const { traceParent, invocationId } = (await response.json()) as Record<string, string>;
    expect(traceParent).toBe(traceparent);
    const lines = host.logs().filter((line) => line.includes(String(invocationId)));
    expect(lines.map((line) => line.split(`${invocationId} `)[1])).toEqual([
      "logged by the function",
      "after hook",
      expect.stringContaining("Executed 'Functions.trace' (Succeeded"),
    ]);
  });

  it("cannot register a function any more", async () => {
    const response = await call("/api/late", { method: "POST" });
    expect(await response.text()).toContain("A function can only be registered during app startup");
  });
});

describe("stopping", () => {
  it("lets a call at work finish, then runs the terminate hooks", async () => {
    const folder = await buildFixture(new URL("fixtures/http.ts", import.meta.url));
    const stopped = await startFixtureHost(folder);
    const held = fetch(`${stopped.origin}/api/held`);
    // A second call proves that the first has arrived: one connection each, accepted in order.
    await fetch(`${stopped.origin}/api/trace`);
    stopped.kill("SIGTERM");
    expect(await (await held).text()).toBe("finished");
    expect(await stopped.exited).toBe(0);
    expect(stopped.logs().at(-1)).toBe("terminated");
  });

  it("tells its size", async () => {
    expect(await host.rss()).toBeGreaterThan(10 * 1024 * 1024);
  });
});
