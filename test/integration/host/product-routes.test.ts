import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { problemTypes } from "../../../functions/edge/problem-types.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { registrationsOf } from "../../support/registrations.ts";
import { SUPPORT, sharedCloud } from "../../support/shared-cloud.ts";

/** Azure takes the first function, by name, whose route and method fit. */

let cloud: Cloud;
beforeAll(async () => {
  cloud = await sharedCloud();
});

test("no function of the product is hidden by another", () => {
  const hidden = cloud.hosts.flatMap((host) =>
    host.logs().filter((line) => line.includes("is never called")),
  );
  expect(hidden).toEqual([]);
});

test("what catches all sorts after everything that does not, whatever that is called", async () => {
  const routed = (await registrationsOf(cloud)).filter(({ type }) => type === "httpTrigger");
  const catchAll = routed.filter(({ route = "" }) => route.includes("{*"));
  expect(catchAll.map(({ name }) => name).sort()).toEqual([
    "zz-api-preflight",
    "zz-api-unrouted",
    "zz-portal",
  ]);
  const others = routed.filter(({ route = "" }) => !route.includes("{*"));
  expect(others.filter(({ name }) => name.toLowerCase() >= "zz")).toEqual([]);
});

test.each(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])(
  "%s of a wrong address below /api is a problem document, not the portal's",
  async (method) => {
    const response = await fetch(`${cloud.addresses.api}/client`, { method });
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  },
);

test("the portal answers with a slash at the end of a page's address, too", async () => {
  for (const path of ["/", "/consents", "/consents/"]) {
    expect((await fetch(`${cloud.addresses.portal}${path}`)).status).toBe(200);
  }
});

describe("a problem's type", () => {
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, cloud.addresses.api), { headers });

  test("leads from where the problem was met to a page for people, without any script", async () => {
    const refused = await ask("/api/clients");
    const { type } = z.object({ type: z.string() }).parse(await refused.json());

    const page = await fetch(new URL(type, refused.url), { headers: { accept: "text/html" } });
    const html = await page.text();

    expect([page.status, page.headers.get("content-type")]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    for (const part of ["What happened", "What to do", "Who can help", "An example"])
      expect(html).toContain(part);
    expect(html).toContain(`href="${SUPPORT}"`);
    expect(html).not.toMatch(/<script|style="/);
    const style = /href="(\/assets\/[^"]+\.css)"/.exec(html)?.[1] ?? "";
    expect((await ask(style)).status).toBe(200);
  });

  test("says the same to machines, for every type, and links to each from one page", async () => {
    const index = await (await ask("/problems", { accept: "text/html" })).text();

    for (const [name, { status, title }] of Object.entries(problemTypes)) {
      const answer = await ask(`/problems/${name}`, { accept: "application/json" });
      expect(answer.headers.get("content-type"), name).toBe("application/json");
      expect(await answer.json()).toMatchObject({
        type: `/problems/${name}`,
        status,
        title,
        happened: expect.stringMatching(/.{10,}/),
        todo: expect.stringMatching(/.{10,}/),
        help: expect.stringMatching(/.{10,}/),
        example: { type: `/problems/${name}`, status },
      });
      expect(index).toContain(`href="/problems/${name}"`);
    }
  });

  test("may be cached and read from anywhere; another is no page", async () => {
    const page = await ask("/problems/not-found");
    const again = await ask("/problems/not-found", {
      "if-none-match": page.headers.get("etag") ?? "",
    });

    expect(page.headers.get("access-control-allow-origin")).toBe("*");
    expect(page.headers.get("vary")).toContain("Accept");
    expect(again.status).toBe(304);
    expect((await ask("/problems/toString")).status).toBe(404);
  });
});
