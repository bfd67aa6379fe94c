import { describe, expect, test } from "vitest";
import {
  authenticateCustomer,
  authenticateLookup,
  authenticateOperator,
} from "../../../functions/edge/authenticate.ts";
import { authenticateRegistration } from "../../../functions/edge/authenticate-registration.ts";
import { authenticateSelf } from "../../../functions/edge/authenticate-self.ts";
import { requestRate } from "../../../functions/edge/request-rate.ts";
import { type ClientRecord, ROTATE_ROLE } from "../../../shared/clients/client.ts";
import { registrationOf, registrationToken } from "../../../shared/clients/registration-token.ts";
import { aRecord, NOON } from "../../support/samples.ts";

/** Who is calling, as a token proves it: what is missing is named, and nobody is let in by half of it. */

const OID = "11111111-1111-4111-8111-111111111111";
const PERSON = { iss: "https://issuer.example/", oid: OID, sub: "pairwise", name: "Ann" };
const ASKED = { scp: "clients.read clients.write", extension_subscriptionId: "contoso" };
const APPROVES = { roles: ["Consent.Approve"], scp: "access_as_operator", azp: "the-portal" };

/** Every token but "bad" has these claims. */
function depsFor(claims: object) {
  const token = async (sent: string) => (sent === "bad" ? undefined : { ...claims });
  return {
    ...{ customerToken: token, operatorToken: token },
    ...{ subscriptionClaim: "extension_subscriptionId", operatorRole: "Consent.Approve" },
    email: { claim: "emails", proofs: ["proven"] },
    rules: {
      ...{ operatorScope: "access_as_operator", operatorClients: [], operatorApps: [] },
      customerPolicies: [],
    },
  };
}
type Answer = { ok: true; value: object } | { ok: false; refusal: object };
const told = (answer: Answer): object => (answer.ok ? answer.value : answer.refusal);
const customer = async (claims: object, authorization: string | null = "Bearer t") =>
  told(
    await authenticateCustomer(depsFor({ ...ASKED, ...claims }), authorization, "clients.write"),
  );
const operator = async (claims: object, authorization: string | null = "Bearer t") =>
  told(await authenticateOperator(depsFor({ ...APPROVES, ...claims }), authorization));

describe("a bearer token", () => {
  const none = { reason: "unauthenticated", presented: false };
  const bad = { reason: "unauthenticated", presented: true };

  test.each([
    [null, none],
    ["", none],
    ["Basic abc", none],
    ["Bearerx t", none],
    ["Bearer", bad],
    ["Bearer ", bad],
    ["Bearer two words", bad],
    ["Bearer bad", bad],
    [`Bearer ${"x".repeat(8_193)}`, bad],
    ["xBearer t", none],
  ] as const)("%j proves nobody, and says whether one was sent", async (authorization, refusal) => {
    expect(await customer(PERSON, authorization)).toEqual(refusal);
    expect(await operator(PERSON, authorization)).toEqual(refusal);
    expect(told(await authenticateLookup(depsFor(PERSON), authorization))).toEqual(refusal);
  });

  test.each(["Bearer t", "bearer  t", "BEARER a-b._~+/c==", `Bearer ${"x".repeat(8_192)}`])(
    "is taken as it is written: %.20s",
    async (authorization) => {
      expect(await customer(PERSON, authorization)).toMatchObject({ kind: "customer" });
    },
  );
});

describe("a customer", () => {
  test("is the person and the subscription of the token", async () => {
    expect(await customer(PERSON)).toEqual({
      ...{ kind: "customer", subscription: "contoso", name: "Ann" },
      actor: { kind: "customer", issuer: PERSON.iss, subject: OID, displayName: "Ann" },
    });
  });

  test("needs the scope and a subscription that can be one", async () => {
    expect(await customer({ ...PERSON, scp: "clients.read" })).toEqual({
      ...{ reason: "missing-scope", scope: "clients.write" },
    });
    const refusal = { reason: "no-subscription", claim: "extension_subscriptionId" };
    const wrong = ["", " a", "a ", "a\nb", "a\u2028b", "\ud800", "x".repeat(129), 7, undefined];
    for (const extension_subscriptionId of wrong)
      expect(await customer({ ...PERSON, extension_subscriptionId })).toEqual(refusal);
    for (const extension_subscriptionId of ["x".repeat(128), "Zoë / 1"])
      expect(await customer({ ...PERSON, extension_subscriptionId })).toMatchObject({
        subscription: extension_subscriptionId,
      });
  });

  test("is called by a name, else by an id, else unknown", async () => {
    const { name, ...ids } = PERSON;
    expect(await customer(ids)).toMatchObject({ name: OID });
    expect(await customer({ sub: "s" })).toMatchObject({ name: "s", actor: { subject: "s" } });
    expect(await customer({})).toMatchObject({ name: "unknown", actor: { kind: "customer" } });
    expect(await customer({ name: "x".repeat(121) })).toMatchObject({ name: "x".repeat(120) });
    expect(await customer({ ...ids, name: 7, iss: "", oid: "x".repeat(256) })).toMatchObject({
      ...{ name: "x".repeat(120), actor: { kind: "customer", subject: "pairwise" } },
    });
    expect(name).toBe("Ann");
  });

  test("has a mail address where the token proves one, and a program has none", async () => {
    const proven = { emails: ["ann@contoso.example"], proven: true };
    expect(await customer({ ...PERSON, ...proven })).toMatchObject({
      watcher: { email: "ann@contoso.example" },
    });
    expect(await customer({ ...PERSON, ...proven, proven: false })).not.toHaveProperty("watcher");
    expect(await customer({ ...proven })).not.toHaveProperty("watcher");
  });
});

describe("an operator", () => {
  test("is a person with the role", async () => {
    expect(await operator(PERSON)).toEqual({
      ...{ kind: "operator", id: OID },
      actor: { kind: "operator", issuer: PERSON.iss, subject: OID, displayName: "Ann" },
    });
    expect(await operator({ sub: "s" })).toMatchObject({ id: "s" });
    expect(await operator({})).toMatchObject({ id: "unknown" });
    expect(await operator({ ...PERSON, roles: [] })).toMatchObject({
      ...{ reason: "missing-role", role: "Consent.Approve" },
    });
  });
});

describe("a client that calls for itself", () => {
  const appId = "22222222-2222-4222-8222-222222222222";
  const claims = { azp: appId, idtyp: "app", roles: [ROTATE_ROLE], iss: "https://sts.example/" };
  const record = aRecord({ appId });
  const self = async (
    more: object,
    {
      found = record,
      rate = requestRate(10, { now: () => NOON }),
      authorization = "Bearer t",
    } = {},
  ) =>
    told(
      await authenticateSelf(
        {
          clientToken: depsFor({ ...claims, ...more }).customerToken,
          selfClient: async (asked) => (asked === appId ? found : undefined),
          rate,
        },
        authorization,
      ),
    );

  test("is found by the id in its token", async () => {
    expect(await self({})).toEqual({
      ...{ kind: "client", subscription: record.subscription, clientId: record.id },
      actor: { kind: "client", issuer: claims.iss, subject: appId },
    });
    expect(await self({ azp: OID })).toEqual({ reason: "not-found" });
  });

  test("is nobody without a token, and where there is no such API", async () => {
    const none = { reason: "unauthenticated", presented: true };
    expect(await self({}, { authorization: "Bearer bad" })).toEqual(none);
    const selfClient = async () => expect.unreachable();
    const deps = { selfClient, rate: requestRate(10, { now: () => NOON }) };
    expect(told(await authenticateSelf(deps, "Bearer t"))).toEqual(none);
  });

  test("uses up its own requests before anybody reads its record", async () => {
    const rate = requestRate(1, { now: () => NOON });
    expect(await self({}, { rate })).toMatchObject({ kind: "client" });
    expect(await self({}, { rate })).toEqual({
      ...{ reason: "too-many-requests", limit: 1, retryAfterSeconds: expect.any(Number) },
    });
  });
});

describe("who manages a registration", () => {
  const record = aRecord();
  const token = registrationToken(record, new Uint8Array(32).fill(7));
  const registered = { ...record, registration: registrationOf(token, "client_secret_basic") };
  const manage = async (
    sent: string,
    asked: { readonly appId?: string | undefined; readonly found?: ClientRecord } = {},
    rate = requestRate(10, { now: () => NOON }),
  ) => {
    const { appId, found } = { appId: record.appId, found: registered, ...asked };
    let reads = 0;
    const client = async () => {
      reads += 1;
      return { record: found, version: "1" };
    };
    const deps = { records: { client }, rate };
    return { answer: told(await authenticateRegistration(deps, `Bearer ${sent}`, appId)), reads };
  };
  const nobody = { reason: "unauthenticated", presented: true };

  test("is whoever has its token, and asks for its own id in any case", async () => {
    for (const appId of [record.appId, record.appId.toUpperCase()]) {
      const { answer, reads } = await manage(token, { appId });
      expect(answer).toEqual({
        ...{ kind: "registrant", subscription: record.subscription, token },
        ...{ client: registered, actor: { kind: "client", subject: record.appId } },
      });
      expect(reads).toBe(1);
    }
  });

  test("is nobody by a token that is none, without a read", async () => {
    for (const sent of ["bad", "two words"])
      expect(await manage(sent)).toEqual({ answer: nobody, reads: 0 });
  });

  test("is nobody by another client's id, or for a client without a registration, after one read", async () => {
    for (const appId of [OID, undefined])
      expect(await manage(token, { appId })).toEqual({ answer: nobody, reads: 1 });
    expect(await manage(token, { found: record })).toEqual({ answer: nobody, reads: 1 });
  });

  test("uses up what claims to be of its subscription", async () => {
    const rate = requestRate(1, { now: () => NOON });
    await manage("bad", {}, rate);
    expect((await manage(token, {}, rate)).answer).toMatchObject({ kind: "registrant" });
    expect(await manage(token, {}, rate)).toEqual({
      answer: { reason: "too-many-requests", limit: 1, retryAfterSeconds: expect.any(Number) },
      reads: 0,
    });
  });
});
