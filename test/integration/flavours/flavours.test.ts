import { decodeJwt } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { requestToken } from "../../../infra/tools/token/request.ts";
import { startTestCloud } from "../../support/cloud.ts";
import { climb, refusedCertificate } from "./certificate-climb.ts";

/**
 * The whole story in both flavours: create, consent, a secret, a token, a call. The service is the same bundle; nothing but
 * its settings tells it where it is.
 */

const FLAVOURS = [
  { flavour: "b2c", claim: "scp", endpoint: /\/b2c_1_signin\/oauth2\/v2\.0\/token$/ },
  {
    flavour: "entra",
    claim: "roles",
    endpoint: /^[^/]+\/\/[^/]+\/[\da-f-]{36}\/oauth2\/v2\.0\/token$/,
  },
] as const;

interface Made {
  readonly id: string;
  readonly appId: string;
  readonly tokenEndpoint: string;
  readonly scope: string;
  readonly secretText: string;
}

describe.each(FLAVOURS)("$flavour", ({ flavour, claim, endpoint }) => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startTestCloud({ flavour });
  });

  const post = async (path: string, body: object): Promise<Record<string, string>> => {
    const response = await fetch(`${cloud.addresses.api}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${cloud.addresses.users.ann.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    return (await response.json()) as Record<string, string>;
  };
  const make = async (): Promise<Made> => {
    const {
      id = "",
      appId = "",
      tokenEndpoint = "",
      scope = "",
    } = await post("/clients", {
      displayName: `For ${flavour}`,
      roles: ["api.read"],
    });
    const { secretText = "" } = await post(`/clients/${id}/secrets`, { displayName: "first" });
    return { id, appId, tokenEndpoint, scope, secretText };
  };
  const tokenFor = async ({ appId, tokenEndpoint, scope, secretText }: Made): Promise<string> => {
    const question = { endpoint: tokenEndpoint, clientId: appId, secret: secretText, scope };
    const answer = await requestToken(question);
    if (!answer.ok) throw new Error(`${answer.code} ${answer.description}`);
    return answer.accessToken;
  };
  const tasks = async (token: string, method: string) =>
    (
      await fetch(`${cloud.addresses.demoApi}/tasks`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(method === "POST" && { body: JSON.stringify({ title: "A task" }) }),
      })
    ).status;

  test("a client works from its consent on, within its role", async () => {
    const made = await make();
    expect(made.tokenEndpoint).toMatch(endpoint);
    if (flavour === "b2c") expect(await tasks(await tokenFor(made), "GET")).toBe(403);
    else await expect(tokenFor(made)).rejects.toThrow("AADSTS501051");

    await fetch(`${cloud.directory.origin}/consent/${made.appId}/grant`, { method: "POST" });
    const token = await tokenFor(made);
    const claims = decodeJwt(token);
    expect([claims[claim]].flat()).toEqual(["api.read"]);
    expect(claims[claim === "scp" ? "roles" : "scp"]).toBeUndefined();
    expect(claims["azp"]).toBe(made.appId);
    expect([await tasks(token, "GET"), await tasks(token, "POST")]).toEqual([200, 403]);
  });

  test("a client climbs to certificates where the token endpoint takes them", async () => {
    const made = await make();
    await fetch(`${cloud.directory.origin}/consent/${made.appId}/grant`, { method: "POST" });
    if (flavour === "b2c")
      expect(await refusedCertificate(cloud, made)).toMatchObject({
        type: "/problems/credential-kind-not-allowed",
        allowed: ["secret"],
        why: "directory",
      });
    else await climb(cloud, made);
  });

  test("settings of the other flavour are other values of the same names", async () => {
    expect(Object.keys(cloud.settings)).toEqual(expect.arrayContaining(["TOKEN_ENDPOINT"]));
    names[flavour] = Object.keys(cloud.settings).sort();
  });
});

const names: Record<string, string[]> = {};
test("both flavours need the same settings, but for B2C's user flows and for what tells that an address is its owner's", () => {
  const ownTo: Readonly<Record<string, readonly string[]>> = {
    b2c: ["CUSTOMER_EMAIL_PROOF", "CUSTOMER_POLICIES"],
    entra: ["CUSTOMER_EMAIL_CLAIM"],
  };
  const shared = (flavour: string) =>
    names[flavour]?.filter((name) => !ownTo[flavour]?.includes(name));
  expect(shared("entra")).toEqual(shared("b2c"));
  for (const [flavour, own] of Object.entries(ownTo))
    expect(names[flavour]).toEqual(expect.arrayContaining([...own]));
});
