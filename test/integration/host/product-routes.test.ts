import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { startTestCloud } from "../../support/cloud.ts";
import { registrationsOf } from "../../support/registrations.ts";

/** Azure takes the first function, by name, whose route and method fit. */

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startTestCloud();
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
