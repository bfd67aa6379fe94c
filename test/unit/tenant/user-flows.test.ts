import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { close, listen } from "../../../infra/local/listen.ts";
import { openGraph } from "../../../infra/tools/tenant/graph.ts";
import {
  checkUserFlows,
  hasUserFlows,
  readUserFlows,
} from "../../../infra/tools/tenant/user-flows.ts";

/** In the shapes of the Microsoft Graph reference (beta, b2cIdentityUserFlow). */

const APP = "0123456789abcdef0123456789abcdef";
const FLOWS: Readonly<Record<string, readonly string[]>> = {
  B2C_1_signin: ["email", `extension_${APP}_department`],
  B2C_1_edit: ["displayName", `extension_${APP}_SubscriptionId`],
};
let refusal = 0;
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://graph");
  const answer = (status: number, body: object) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (refusal > 0) return answer(refusal, { error: { code: "AADB2C", message: "Not for you" } });
  if (pathname === "/beta/identity/b2cUserFlows")
    return answer(200, { value: Object.keys(FLOWS).map((id) => ({ id, userFlowType: "x" })) });
  const asked = FLOWS[pathname.split("/").at(-2) ?? ""] ?? [];
  if (searchParams.get("$expand") !== "userAttribute") return answer(400, {});
  answer(200, {
    value: asked.map((id) => ({ id: "a", userAttribute: { id, dataType: "string" } })),
  });
});
let baseUrl: string;
beforeAll(async () => {
  baseUrl = `http://127.0.0.1:${await listen(server, 0)}`;
});
afterAll(() => close(server));

const read = () => readUserFlows(openGraph({ baseUrl, token: async () => "an administrator's" }));

test("a user flow that asks people for their subscription is a fault, and names the flow", async () => {
  const flows = (await read()) ?? [];

  const faults = checkUserFlows(flows, {});

  expect(flows.map(({ id }) => id)).toEqual(Object.keys(FLOWS));
  expect(faults.map(({ code }) => code)).toEqual(["subscription-editable"]);
  expect(faults[0]?.what).toContain("B2C_1_edit");
  expect(checkUserFlows(flows, { SUBSCRIPTION_CLAIM: "extension_account" })).toEqual([]);
  expect(checkUserFlows(flows, { SUBSCRIPTION_CLAIM: "extension_Department" })).toHaveLength(1);
});

test.each([400, 401, 403, 404])("who may not look is told so, and no fault: %i", async (status) => {
  refusal = status;

  expect(await read()).toBeUndefined();
  refusal = 0;
});

test("only B2C has user flows", () => {
  expect(hasUserFlows({ TOKEN_ENDPOINT: "https://x/c/B2C_1_a/oauth2/v2.0/token" })).toBe(true);
  expect(hasUserFlows({ CUSTOMER_METADATA_URL: "https://x/c/v2.0?p=b2c_1a_b" })).toBe(true);
  expect(hasUserFlows({ TOKEN_ENDPOINT: "https://x/c/oauth2/v2.0/token" })).toBe(false);
});
