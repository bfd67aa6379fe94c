import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { newId } from "../support/samples.ts";
import { type Forge, openForge } from "./support/forge.ts";
import { type IssuerDouble, startIssuerDouble } from "./support/issuer-double.ts";

/**
 * What tokens can make the service do to its issuer; and customers who come from the operators' own issuer, as they do where
 * Entra ID is used without B2C.
 */

const TOKENS = 200;

let cloud: Cloud;
let operator: Forge;
let issuer: IssuerDouble;
let origin: string;

beforeAll(async () => {
  cloud = await startTestCloud({ hosts: 0 });
  operator = await openForge(cloud, "olga");
  issuer = await startIssuerDouble(cloud, operator.publicJwk);
  const host = await cloud.startHost({
    environment: {
      CUSTOMER_ISSUER: String(operator.good["iss"]),
      CUSTOMER_METADATA_URL: issuer.metadataUrl,
      CUSTOMER_POLICIES: undefined,
    },
  });
  origin = host.origin;
});
afterAll(() => issuer.stop());

const ask = async (path: string, token: string): Promise<Response> => {
  const response = await fetch(`${origin}/api${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await response.body?.cancel();
  return response;
};
const list = (token: string) => ask("/clients", token);
const customerToken = (header = {}) =>
  operator.sign(
    {
      aud: cloud.settings["CUSTOMER_AUDIENCE"],
      roles: undefined,
      scp: "clients.read clients.write",
      extension_subscriptionId: "contoso",
    },
    header,
  );

describe("the issuer's keys", () => {
  test(`while they cannot be had, ${TOKENS} tokens are told to come again, and the issuer is left alone`, async () => {
    issuer.failing = true;
    const token = await customerToken();
    const startedAt = performance.now();

    const answers = [];
    for (let index = 0; index < TOKENS; index += 1) answers.push(await list(token));

    const seconds = Math.ceil((performance.now() - startedAt) / 1000);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(answers.every(({ headers }) => Number(headers.get("retry-after")) >= 1)).toBe(true);
    expect(issuer.fetches.metadata).toBeLessThanOrEqual(seconds);
    issuer.failing = false;
    await eventually(
      async () => (await list(token)).status,
      (status) => status === 200,
    );
  });

  test(`are fetched once for ${TOKENS} tokens with invented key ids`, async () => {
    const before = issuer.fetches.keys;
    const tokens = await Promise.all(
      Array.from({ length: TOKENS }, () => customerToken({ kid: newId() })),
    );

    const answers = await Promise.all(tokens.map(list));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(issuer.fetches.keys - before).toBeLessThanOrEqual(1);
    expect((await list(await customerToken())).status).toBe(200);
  });
});

describe("customers and operators of one issuer", () => {
  test("are told apart by audience, whatever else their tokens say", async () => {
    const everything = {
      roles: ["Consent.Approve"],
      scp: "clients.read clients.write access_as_operator",
      extension_subscriptionId: "contoso",
    };
    const forCustomers = await operator.sign({
      ...everything,
      aud: cloud.settings["CUSTOMER_AUDIENCE"],
    });
    const forOperators = await operator.sign(everything);

    const statuses = await Promise.all([
      ask("/clients", forCustomers),
      ask("/admin/consents", forCustomers),
      ask("/clients", forOperators),
      ask("/admin/consents", forOperators),
    ]);

    expect(statuses.map(({ status }) => status)).toEqual([200, 401, 401, 200]);
  });
});
