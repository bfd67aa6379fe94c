import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { HostHandle } from "../../../infra/local/host/spawn.ts";
import { eventually } from "../../support/eventually.ts";
import { buildFixture, showLogsOnFailure, startFixtureHost } from "../../support/fixture-host.ts";

let host: HostHandle;

beforeAll(async () => {
  host = await startFixtureHost(await buildFixture(new URL("fixtures/http.ts", import.meta.url)));
});
beforeEach(showLogsOnFailure);

const call = (path: string, init?: RequestInit) => fetch(`${host.origin}${path}`, init);

/** A request as no client library would send it: its first line, and header lines as text or bytes. */
async function send(line: string, ...headers: (string | Buffer)[]) {
  const socket = connect(host.port, "127.0.0.1");
  await once(socket, "connect");
  const head = [`${line} HTTP/1.1`, "Host: localhost", "Connection: close", ...headers, "", ""];
  socket.write(
    Buffer.concat(head.flatMap((part) => [Buffer.from(part), Buffer.from("\r\n")])).subarray(0, -2),
  );
  const answer = await text(socket);
  const [start = "", body = ""] = answer.split("\r\n\r\n");
  return { status: Number(start.split(" ")[1]), body };
}

/** Whether a new connection is taken; one that is open already is served to its end. */
const doorOf = ({ port }: HostHandle) =>
  new Promise<"open" | "closed">((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve("open")).once("error", () => resolve("closed"));
    socket.once("connect", () => socket.destroy());
  });

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
    ["GET", "/api/pages/many", "zz-api-rest"],
    ["GET", "/api", "zz-api-rest"],
    ["GET", "/", "zz-rest"],
    ["GET", "/assets/app.js", "zz-rest"],
  ])("%s %s is answered by %s", async (method, path, name) => {
    expect(await answeredBy(path, { method })).toBe(name);
  });

  it("go to the function whose name comes first, however specific another's route is, and say so", async () => {
    expect(await answeredBy("/api/clients/ours")).toBe("one");
    const warnings = host.logs().filter((line) => line.includes("is never called"));
    expect(warnings.map((line) => line.replace(/^.* warning host /, ""))).toEqual([
      "'shadowed' is never called with GET: 'one' sorts before it and takes its route.",
    ]);
  });

  it("answer 404 for a known path with an unknown method, as Azure does", async () => {
    expect((await call("/api/clients", { method: "DELETE" })).status).toBe(404);
  });

  it("give parameters decoded, but for an escaped slash", async () => {
    const response = await call("/api/clients/a%2Fb%20%C3%BC%zz");
    expect(await response.json()).toMatchObject({ params: { id: "a%2Fb ü%zz" } });
  });

  it("give the rest of the path to a catch-all as it is", async () => {
    expect(await (await call("/a/b//c/")).json()).toMatchObject({ params: { path: "a/b//c/" } });
  });

  it("do not fit an empty segment", async () => {
    expect((await send("GET //api/clients")).status).toBe(404);
    expect(await answeredBy("/api//clients")).toBe("zz-rest");
  });

  it("answer HEAD with headers only", async () => {
    const response = await call("/api/clients/7", { method: "HEAD" });
    expect([response.status, response.headers.get("etag")]).toEqual([200, '"1"']);
  });
});

describe("requests", () => {
  it("carry method, headers, query and the body", async () => {
    const response = await call("/api/clients?tag=a%20b&empty", {
      method: "POST",
      headers: { "x-test": "one" },
      body: '{"displayName":"Zoë"}',
    });
    expect(await response.json()).toMatchObject({
      method: "POST",
      query: [
        ["tag", "a b"],
        ["empty", ""],
      ],
      header: "one",
      body: '{"displayName":"Zoë"}',
    });
  });

  it("join a repeated query name and a repeated header by a comma", async () => {
    const { body } = await send(
      "GET /api/clients?tag=a&Tag=b&tag=c",
      "Authorization: Bearer one",
      "X-Test: 1",
      "authorization: Bearer two",
      "X-Test: 2",
    );
    expect(JSON.parse(body)).toMatchObject({
      query: [["tag", "a,b,c"]],
      header: "1,2",
      authorization: "Bearer one,Bearer two",
    });
  });

  it("carry a header's UTF-8; what is none is refused, and what is beyond Latin-1 fails in the library", async () => {
    expect(JSON.parse((await send("GET /api/clients", "X-Test: Grüße")).body).header).toBe("Grüße");
    const latin1 = Buffer.from("Gr\xfc\xdfe", "latin1");
    expect(
      (await send("GET /api/clients", Buffer.concat([Buffer.from("X-Test: "), latin1]))).status,
    ).toBe(400);
    expect((await send("GET /api/clients", "X-Test: 5 €")).status).toBe(500);
  });

  it.each([
    ["20 KB of headers", 200, ["GET /api/clients", `X-Test: ${"h".repeat(20_000)}`]],
    ["33 KB of headers", 431, ["GET /api/clients", `X-Test: ${"h".repeat(33_000)}`]],
    [
      "101 headers",
      431,
      ["GET /api/clients", ...Array.from({ length: 100 }, (_, n) => `X-${n}: 1`)],
    ],
    ["an address of 9 KB", 414, [`GET /api/clients?q=${"q".repeat(9_000)}`]],
    ["two hosts", 400, ["GET /api/clients", "Host: other"]],
    ["NUL in the path", 400, ["GET /api/clients/%00"]],
    ["NUL in the middle of a name of the path", 400, ["GET /api/cli%00ents"]],
  ])("with %s are answered %i", async (_what, status, [line = "", ...headers]) => {
    expect((await send(line, ...headers)).status).toBe(status);
  });

  it("come without a body when its length is not told", async () => {
    const chunks = async function* () {
      yield new TextEncoder().encode('{"displayName":"Zoë"}');
    };
    const response = await call("/api/clients", {
      method: "POST",
      body: ReadableStream.from(chunks()),
      duplex: "half",
    });
    expect(await response.json()).toMatchObject({ length: null, body: "" });
  });

  it("carry bytes both ways", async () => {
    const sent = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    const response = await call("/api/bytes", { method: "POST", body: sent });
    expect(response.status).toBe(201);
    expect(response.headers.get("content-length")).toBe("300000");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(sent.toReversed());
  });

  it("over 100 MB are refused with 413", async () => {
    const { status } = await send("POST /api/bytes", `Content-Length: ${101 * 1024 * 1024}`);
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
    const gate = await eventually(
      () => /"gate":.*"port":(\d+)/.exec(stopped.logs().join("\n"))?.[1],
      (port) => port !== undefined,
    );
    stopped.kill("SIGTERM");
    await eventually(
      () => doorOf(stopped),
      (door) => door === "closed",
    );
    connect(Number(gate), "127.0.0.1");
    expect(await (await held).text()).toBe("finished");
    expect(await stopped.exited).toBe(0);
    expect(stopped.logs().at(-1)).toBe("terminated");
  });

  it("tells its size", async () => {
    expect(await host.rss()).toBeGreaterThan(10 * 1024 * 1024);
  });
});
