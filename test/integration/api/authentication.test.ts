import { SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, openApi, refusalOf } from "../../support/api.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});

const list = (token: string | undefined) => api.callWith(token)("GET", "/clients");

describe("without a valid token nothing is answered", () => {
  test.each([
    ["no token", undefined, "Bearer"],
    ["one that is none", "nonsense", 'Bearer error="invalid_token"'],
  ])("%s is answered as RFC 6750 says", async (_, token, challenge) => {
    const answer = await list(token);

    expect(refusalOf(answer)).toBe("401 unauthenticated");
    expect(answer.headers.get("www-authenticate")).toBe(challenge);
  });

  test.each([
    ["no JWT", "nonsense"],
    ["an unsigned one", `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ann"}')}.`],
  ])("%s", async (_, token) => {
    expect(refusalOf(await list(token))).toBe("401 unauthenticated");
  });

  const wrong: [string, object][] = [
    ["another audience", { aud: "00000000-0000-0000-0000-000000000000" }],
    ["another issuer", { iss: "https://login.example" }],
    ["one that is not valid yet", { nbf: 4_000_000_000 }],
    ["one that has expired", { exp: 1_000_000_000 }],
  ];
  test.each(wrong)("%s", async (_, claims) => {
    const token = await cloud.directory.issueUserToken("ann", { claims });

    expect(refusalOf(await list(token))).toBe("401 unauthenticated");
  });

  test("a right token with one letter changed", async () => {
    const [header, payload, signature = ""] = cloud.addresses.users.ann.accessToken.split(".");
    const changed = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;

    expect(refusalOf(await list(`${header}.${payload}.${changed}`))).toBe("401 unauthenticated");
  });

  test("one signed with a key of the caller's own under the issuer's key id", async () => {
    const { kid } = cloud.directory.signingKey();
    const { privateKey } = await crypto.subtle.generateKey(
      {
        name: "RSASSA-PKCS1-v1_5",
        modulusLength: 2048,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: "SHA-256",
      },
      true,
      ["sign", "verify"],
    );
    const token = await new SignJWT({ scp: "clients.read", extension_subscriptionId: "contoso" })
      .setProtectedHeader({ alg: "RS256", kid })
      .setIssuer(cloud.settings["CUSTOMER_ISSUER"] ?? "")
      .setAudience(cloud.settings["CUSTOMER_AUDIENCE"] ?? "")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(privateKey);

    expect(refusalOf(await list(token))).toBe("401 unauthenticated");
  });

  test("an operator's token is no customer's", async () => {
    expect(refusalOf(await list(cloud.addresses.users.olga.accessToken))).toBe(
      "401 unauthenticated",
    );
  });
});

describe("a valid token opens what its scopes say", () => {
  test("reading needs clients.read", async () => {
    const { call } = await api.customer({ scp: "clients.write" });

    const answer = await call("GET", "/clients");

    expect(refusalOf(answer)).toBe("403 missing-scope");
    expect(answer.headers.get("www-authenticate")).toContain('scope="clients.read"');
  });

  test("changing needs clients.write", async () => {
    const { call } = await api.customer({ scp: "clients.read" });

    expect(refusalOf(await call("POST", "/clients", { json: { displayName: "A" } }))).toBe(
      "403 missing-scope",
    );
    expect((await call("GET", "/clients")).status).toBe(200);
  });

  test.each([undefined, "", "   ", 7, ["contoso"]])(
    "a subscription of %j is none",
    async (extension_subscriptionId) => {
      const { call } = await api.customer({ extension_subscriptionId });

      expect(refusalOf(await call("GET", "/clients"))).toBe("403 no-subscription");
    },
  );

  test("the scheme is not case-sensitive", async () => {
    const answer = await api.callWith(undefined)("GET", "/clients", {
      headers: { authorization: `bearer ${cloud.addresses.users.ann.accessToken}` },
    });

    expect(answer.status).toBe(200);
  });
});

test("health and the OpenAPI document are for everybody", async () => {
  const call = api.callWith(undefined);

  const statuses = await Promise.all(
    ["/health/live", "/health/ready", "/openapi.json"].map(
      async (path) => (await call("GET", path)).status,
    ),
  );

  expect(statuses).toEqual([200, 200, 200]);
});
