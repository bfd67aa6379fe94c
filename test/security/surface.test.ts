import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { type Api, openApi } from "../support/api.ts";
import { eventually } from "../support/eventually.ts";
import { newId } from "../support/samples.ts";
import { LISTED, sharedCloud } from "../support/shared-cloud.ts";

/** What everybody can reach, and what every answer carries. */

let cloud: Cloud;
let api: Api;
let operations: { readonly method: string; readonly path: string; readonly open: boolean }[];
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  // A host that has just started is still loading what it reaches the bus with; nothing here is about how long that takes.
  await eventually(
    () => raw("/api/health/ready"),
    ({ ok }) => ok,
  );
  operations = Object.entries(api.document.paths).flatMap(([template, byMethod]) =>
    Object.entries(byMethod).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path: template.replace(/^\/api/, "").replaceAll(/\{\w+\}/g, newId()),
      open: Array.isArray(security) && security.length === 0,
    })),
  );
});

const raw = (path: string, init: RequestInit = {}) =>
  fetch(`${cloud.addresses.portal}${path}`, init);

describe("an address that is none of the API's", () => {
  test.each([
    ["GET", "/api/unknown"],
    ["POST", "/api"],
    ["DELETE", "/api/clients/a/b/c"],
    ["PUT", "/api/admin"],
  ])("%s %s is a problem document that says where to look", async (method, path) => {
    const answer = await raw(path, { method });

    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      404,
      "application/problem+json",
    ]);
    expect(await answer.json()).toMatchObject({
      type: "/problems/no-such-route",
      detail: expect.stringContaining("/api/openapi.json"),
    });
  });

  test.each([
    ["PUT", "/api/clients", "POST, GET, HEAD, OPTIONS"],
    ["POST", `/api/clients/${newId()}`, "GET, HEAD, PATCH, DELETE, OPTIONS"],
    ["PUT", `/api/clients/${newId()}/secrets`, "GET, HEAD, POST, OPTIONS"],
    ["GET", `/api/admin/consents/${newId()}/grant`, "POST, OPTIONS"],
  ])("%s %s says which methods it takes", async (method, path, allow) => {
    const answer = await raw(path, { method });

    expect([answer.status, answer.headers.get("allow")]).toEqual([405, allow]);
    expect(await answer.json()).toMatchObject({ type: "/problems/method-not-allowed" });
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("HEAD is told so without a body", async () => {
    const answer = await raw(`/api/admin/consents/${newId()}/grant`, { method: "HEAD" });

    expect([answer.status, await answer.text()]).toEqual([405, ""]);
  });

  test("OPTIONS says which methods an address takes, and where there is none", async () => {
    const [known, unknown] = await Promise.all(
      [`/api/clients/${newId()}`, "/api/client"].map((path) => raw(path, { method: "OPTIONS" })),
    );

    expect([known?.status, known?.headers.get("allow")]).toEqual([
      204,
      "GET, HEAD, PATCH, DELETE, OPTIONS",
    ]);
    expect(unknown?.status).toBe(404);
  });
});

describe("without a token", () => {
  test("health and the documents answer, and nothing else", async () => {
    const answers = await Promise.all(
      operations.map(async ({ method, path, open }) => ({
        open,
        path,
        status: (await api.callWith(undefined)(method, path)).status,
      })),
    );

    expect(answers.filter(({ open, status }) => (open ? status !== 200 : status !== 401))).toEqual(
      [],
    );
    const open = answers.filter((answer) => answer.open).map(({ path }) => path);
    expect(open.filter((path) => path !== "/events.json").sort()).toEqual([
      "/health/live",
      "/health/ready",
      "/openapi.json",
    ]);
  });

  test("every function is documented, serves files, or answers what is no request to the API", async () => {
    const names = cloud.hosts[0]?.functions ?? [];
    const background = [
      "care",
      "consent-clock",
      "consent-sweep",
      "consent-revocations",
      "secrets-look",
      "operations",
      "reconcile",
      "webhook-events",
      "webhook-retries",
    ];
    const others = names.filter((name) => !background.includes(name));

    const catchAll = ["zz-api-preflight", "zz-api-unrouted", "zz-portal"];
    const pages = ["calendar", "problems", "unsubscribe"];
    expect(others.filter((name) => name.startsWith("zz-")).sort()).toEqual(catchAll);
    // Which function is which operation: test/integration/api/openapi.test.ts.
    expect(others.length).toBe(catchAll.length + pages.length + operations.length);
  });

  test.each([
    "Basic YW5uOnNlY3JldA==",
    "Bearer",
    "Bearer  ",
    "bearer a b",
    "Token x",
    "Bearer a,b",
  ])("an Authorization of another kind is none: %s", async (authorization) => {
    const answer = await raw("/api/clients", { headers: { authorization } });

    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  test.each(["?access_token=", "?token=", "?code="])(
    "a token in the address is no token: %s",
    async (query) => {
      const answer = await raw(`/api/clients${query}${cloud.addresses.users.ann.accessToken}`);

      expect(answer.status).toBe(401);
    },
  );
});

describe("every answer of ours", () => {
  const HEADERS = {
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  };
  const DATA = {
    ...HEADERS,
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  };
  const lacking = (answer: Response, expected: Readonly<Record<string, string>>) =>
    Object.entries(expected).filter(([name, value]) => answer.headers.get(name) !== value);

  test("of the API is for one caller and one moment, whether it is good or not", async () => {
    const ann = `Bearer ${cloud.addresses.users.ann.accessToken}`;
    const answers = await Promise.all([
      ...operations.map(({ method, path }) => raw(`/api${path}`, { method })),
      ...operations.map(({ method, path }) =>
        raw(`/api${path}`, { method, headers: { authorization: ann } }),
      ),
      raw("/api/clients", { method: "OPTIONS", headers: { origin: LISTED } }),
      raw("/api/clients", {
        method: "OPTIONS",
        headers: { origin: LISTED, "access-control-request-method": "GET" },
      }),
    ]);

    const isDocument = ({ url }: Response) => /(openapi|events)\.json$/.test(url);
    const [documents, others] = [
      answers.filter(isDocument),
      answers.filter((it) => !isDocument(it)),
    ];
    expect(others.flatMap((answer) => lacking(answer, DATA))).toEqual([]);
    const ids = answers.map(({ headers }) => headers.get("request-id"));
    expect(ids.every((id) => /^[\da-f-]{36}$/.test(id ?? ""))).toBe(true);
    expect(new Set(ids).size).toBe(answers.length);
    // Documents are the same for everybody.
    const FOR_ALL = {
      ...DATA,
      "cache-control": "public, max-age=300",
      "access-control-allow-origin": "*",
    };
    expect(documents.length).toBe(4);
    expect(documents.flatMap((answer) => lacking(answer, FOR_ALL))).toEqual([]);
    expect(answers.filter(({ headers }) => headers.has("set-cookie"))).toEqual([]);
    expect(answers.filter(({ headers }) => headers.has("x-powered-by"))).toEqual([]);
  });

  test("has the id of its request, which a problem and the log line have too", async () => {
    const answer = await raw("/api/clients");

    const id = answer.headers.get("request-id");
    expect(await answer.json()).toMatchObject({ instance: `urn:uuid:${id}` });
    const lines = cloud.hosts.flatMap((host) => host.logs());
    expect(lines.some((line) => line.includes(`"requestId":"${id}"`))).toBe(true);
  });

  test.each(["br", "gzip", "identity"])(
    "the document comes in %s, under an ETag of its own, to any page",
    async (encoding) => {
      const ask = (headers: Record<string, string> = {}) =>
        raw("/api/openapi.json", {
          headers: { "accept-encoding": encoding, origin: "https://anybody.example", ...headers },
        });

      const answer = await ask();
      const etag = answer.headers.get("etag") ?? "";
      const again = await ask({ "if-none-match": etag });

      expect(answer.headers.get("content-encoding") ?? "identity").toBe(encoding);
      expect(await answer.json()).toMatchObject({ openapi: api.document.openapi });
      expect(again.status).toBe(304);
      const others = await Promise.all(
        ["br", "gzip", "identity"].map((other) => ask({ "accept-encoding": other })),
      );
      expect(new Set(others.map(({ headers }) => headers.get("etag"))).size).toBe(3);
    },
  );

  test("of the portal too, also for what is not there", async () => {
    const answers = await Promise.all(
      ["/", "/portal-config.json", "/nothing", "/api/nothing", "/%2e%2e/host.json"].map((path) =>
        raw(path),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 404, 404]);
    expect(answers.flatMap((answer) => lacking(answer, HEADERS))).toEqual([]);
    expect(answers[0]?.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });
});

describe("browsers of other origins", () => {
  const from = (origin: string, init: RequestInit = {}) =>
    raw("/api/clients", { ...init, headers: { origin, ...init.headers } });
  const allowed = ({ headers }: Response) => headers.get("access-control-allow-origin");

  test("that are listed may call, and read what they need", async () => {
    const answer = await from(LISTED, {
      headers: { authorization: `Bearer ${cloud.addresses.users.ann.accessToken}` },
    });
    const preflight = await from(LISTED, {
      method: "OPTIONS",
      headers: { "access-control-request-method": "POST" },
    });

    expect([answer.status, allowed(answer)]).toEqual([200, LISTED]);
    expect(answer.headers.get("vary")).toBe("Origin");
    expect(answer.headers.get("access-control-expose-headers")).toContain("ETag");
    expect([preflight.status, allowed(preflight)]).toEqual([204, LISTED]);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Idempotency-Key");
  });

  test.each([
    "null",
    "https://evil.example",
    `${LISTED}.evil.example`,
    "http://portal.example",
    `${LISTED}:444`,
    `${LISTED}/`,
    "HTTPS://PORTAL.EXAMPLE",
    "*",
  ])("that are not listed are not let in: %s", async (origin) => {
    const preflight = await from(origin, {
      method: "OPTIONS",
      headers: { "access-control-request-method": "DELETE" },
    });
    const answer = await from(origin);

    for (const { headers } of [preflight, answer]) {
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
      expect(headers.get("vary")).toBe("Origin");
    }
  });

  test("never send cookies along", async () => {
    const answer = await from(LISTED, { method: "OPTIONS" });

    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  });
});
