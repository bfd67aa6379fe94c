import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, inject, test, vi } from "vitest";
import { makeCertificate } from "../../../infra/local/directory/x509.ts";
import { guardedPost } from "../../../shared/adapters/webhooks/guarded-post.ts";
import { resolveName } from "../../../shared/adapters/webhooks/resolve-name.ts";
import { HOSTILE_ANSWERS, HOSTILE_URLS } from "./addresses.ts";

/** Real sockets: what a guard with a hole would reach listens here, with a certificate that this process trusts. */

const NAME = "hooks.customer.example";
/** A part of IPv6 that belongs to nobody: public by its look, and nowhere. */
const NOWHERE = "3000::1";

const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
const certificate = makeCertificate({
  subject: NAME,
  issuer: "Latchkey local cloud",
  publicKey: keys.publicKey,
  signingKey: createPrivateKey(
    readFileSync(join(inject("certificatesFolder"), "ca-key.pem"), "utf8"),
  ),
  notBefore: new Date(Date.now() - 86_400_000),
  notAfter: new Date(Date.now() + 86_400_000),
  use: "server",
  dnsNames: [NAME],
});
const key = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

let answer: RequestListener;
const requests: string[] = [];
let connections = 0;
const server = createServer({ key, cert: certificate }, (request, response) => {
  requests.push(`${request.method} ${request.url}`);
  answer(request, response);
});
server.on("connection", () => {
  connections += 1;
});
// `::` takes IPv4 as well: every loopback address of either kind ends here.
server.listen(0, "::");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Every attempt at a connection, wherever it goes. */
const attempts = vi.spyOn(Socket.prototype, "connect");
afterAll(() => attempts.mockRestore());

beforeEach(() => {
  requests.length = 0;
  connections = 0;
  attempts.mockClear();
  answer = (_request, response) => response.end("thanks");
});

const rules = { ports: [port], unguarded: [] };
const message = {
  headers: { "content-type": "application/json" },
  body: '{"type":"webhook.test"}',
};
const to = (url: string) => ({ ...message, url });
/** Where nobody keeps us from calling this machine: everything but the check of addresses. */
const reaching = (timeoutMs?: number) =>
  guardedPost({
    ...rules,
    ...(timeoutMs !== undefined && { timeoutMs }),
    resolve: async () => ["127.0.0.1"],
    mayReach: () => true,
  });
const address = `https://${NAME}:${port}/hooks?of=us`;

describe("what must not be called", () => {
  test("there are at least forty of them, all different", () => {
    expect(new Set(HOSTILE_URLS).size).toBe(HOSTILE_URLS.length);
    expect(HOSTILE_URLS.length).toBeGreaterThanOrEqual(40);
  });

  test.each(HOSTILE_URLS)("%s", async (url) => {
    // Whatever is asked for by its name leads to where it may: the address itself is what is refused.
    const guard = guardedPost({ ...rules, timeoutMs: 1_000, resolve: async () => [NOWHERE] });

    const answered = await guard.post(to(url.replace("{port}", String(port))));

    expect(answered).toEqual({ kind: "silent", why: "address" });
    expect([attempts.mock.calls.length, connections]).toEqual([0, 0]);
  });

  test.each(HOSTILE_ANSWERS)("a name that leads to %s %s", async (...addresses) => {
    const found = addresses.filter((one) => one !== undefined);
    const guard = guardedPost({ ...rules, resolve: async () => found });

    const answered = await guard.post(to(address));

    expect(answered.kind).toBe("silent");
    expect([attempts.mock.calls.length, connections]).toEqual([0, 0]);
  });

  test("a name server that changes its mind is asked once, and the connection goes to what was checked", async () => {
    const answers = [[NOWHERE], ["127.0.0.1"]];
    const resolve = vi.fn(async () => answers.shift() ?? []);
    const guard = guardedPost({ ...rules, timeoutMs: 1_000, resolve });

    const answered = await guard.post(to(address));

    expect(answered.kind).toBe("silent");
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(connections).toBe(0);

    expect(await guard.post(to(address))).toEqual({ kind: "silent", why: "address" });
    expect(connections).toBe(0);
  });

  test("a connection that came to lie elsewhere is cut before a byte of the request is sent", async () => {
    const guard = guardedPost({
      ...rules,
      resolve: async () => ["127.0.0.1"],
      // Right when asked about the name, wrong about where it ended.
      mayReach: vi.fn<(one: string) => boolean>().mockReturnValueOnce(true).mockReturnValue(false),
    });

    expect(await guard.post(to(address))).toEqual({ kind: "silent", why: "address" });
    expect(requests).toEqual([]);
  });

  test.each([301, 302, 303, 307, 308])(
    "a redirect (%i) is an answer and is not followed",
    async (status) => {
      answer = (_request, response) =>
        response.writeHead(status, { location: `https://${NAME}:${port}/elsewhere` }).end();

      expect(await reaching().post(to(address))).toEqual({ kind: "answered", status });
      expect(requests).toEqual(["POST /hooks?of=us"]);
    },
  );
});

describe("what may be called", () => {
  test("gets the request as it is, on a connection of its own", async () => {
    const guard = reaching();

    expect(await guard.post(to(address))).toEqual({ kind: "answered", status: 200 });
    expect(await guard.post(to(address))).toEqual({ kind: "answered", status: 200 });

    expect(requests).toEqual(["POST /hooks?of=us", "POST /hooks?of=us"]);
    expect(connections).toBe(2);
  });

  test("says how long to wait", async () => {
    answer = (_request, response) => response.writeHead(429, { "retry-after": "30" }).end();

    const answered = await reaching().post(to(address));

    expect(answered).toEqual({ kind: "answered", status: 429, retryAfterSeconds: 30 });
  });

  test("has to have the certificate of its name", async () => {
    const other = `https://other.customer.example:${port}/`;

    expect(await reaching().post(to(other))).toEqual({ kind: "silent", why: "certificate" });
    expect(requests).toEqual([]);
  });

  test("is called without a guard only where a setting says so", async () => {
    const guard = guardedPost({ ports: [], unguarded: [`https://localhost:${port}`] });

    // The name is another one than the certificate's: what matters is that there was a connection.
    expect(await guard.post(to(`https://localhost:${port}/`))).toEqual({
      kind: "silent",
      why: "certificate",
    });
    expect(connections).toBe(1);
  });

  test("is given up when it does not answer in time", async () => {
    answer = () => undefined;

    expect(await reaching(300).post(to(address))).toEqual({ kind: "silent", why: "time" });
  });

  test("is no way to go over to another protocol, which would never end", async () => {
    answer = (_request, response) =>
      response.writeHead(101, { connection: "Upgrade", upgrade: "websocket" }).flushHeaders();

    expect(await reaching().post(to(address))).toEqual({ kind: "silent", why: "connection" });
  });

  test("has answered when its body never ends, and little of a large one is read", async () => {
    answer = (_request, response) => response.writeHead(200).write("a");
    expect(await reaching(300).post(to(address))).toEqual({ kind: "answered", status: 200 });

    let sent = 0;
    answer = (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      response.on("drain", more);
      more();
    };
    expect(await reaching().post(to(address))).toEqual({ kind: "answered", status: 200 });
    // What lies in the sockets' buffers by then; without a bound it would be everything until the deadline.
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  test("cannot send headers without end", async () => {
    answer = (_request, response) => response.writeHead(200, { long: "x".repeat(10_000) }).end();

    expect((await reaching().post(to(address))).kind).toBe("silent");
  });
});

test("a name server that never answers costs two seconds at most, and is no address", async () => {
  const silent = createSocket("udp4").bind(0, "127.0.0.1");
  await once(silent, "listening");
  const asked: number[] = [];
  silent.on("message", () => asked.push(1));
  const servers = [`127.0.0.1:${silent.address().port}`];
  try {
    const guard = guardedPost({ ...rules, resolve: (name) => resolveName(name, servers) });
    const began = performance.now();

    expect(await guard.post(to(address))).toEqual({ kind: "silent", why: "name" });

    expect(performance.now() - began).toBeLessThan(4_500);
    expect(asked.length).toBeGreaterThan(0);
    expect(connections).toBe(0);
  } finally {
    silent.close();
  }
});
