import { expect, test } from "vitest";
import {
  authenticateCustomer,
  authenticateOperator,
} from "../../../functions/edge/authenticate.ts";

const PERSON = {
  iss: "https://issuer.example/v2.0",
  sub: "pairwise",
  oid: "11111111-1111-4111-8111-111111111111",
  azp: "the-portal",
  name: "Ann\u202E\nContoso",
};

const depsFor = (claims: object) => ({
  customerToken: async () => ({ ...claims }),
  operatorToken: async () => ({ ...claims }),
  subscriptionClaim: "extension_subscriptionId",
  email: { claim: "emails", proofs: [] },
  operatorRole: "Consent.Approve",
  rules: {
    operatorScope: "access_as_operator",
    operatorClients: [],
    operatorApps: ["the-robot"],
    customerPolicies: [],
  },
});

async function customer(claims: object) {
  const full = { scp: "clients.write", extension_subscriptionId: "contoso", ...claims };
  const caller = await authenticateCustomer(depsFor(full), "Bearer token", "clients.write");
  return caller.ok ? caller.value.actor : caller.refusal.reason;
}

async function operator(claims: object) {
  const full = { roles: ["Consent.Approve"], ...claims };
  const caller = await authenticateOperator(depsFor(full), "Bearer token");
  return caller.ok ? caller.value.actor : caller.refusal.reason;
}

test("a person is known by issuer and object id, with a name that is one line", async () => {
  const known = { issuer: PERSON.iss, subject: PERSON.oid, displayName: "Ann Contoso" };

  expect(await customer(PERSON)).toEqual({ kind: "customer", ...known });
  expect(await operator({ ...PERSON, scp: "access_as_operator" })).toEqual({
    kind: "operator",
    ...known,
  });
});

test("without an object id the subject is the token's own, however long, and never cut", async () => {
  const sub = "s".repeat(255);

  expect(await customer({ ...PERSON, oid: undefined, sub })).toMatchObject({ subject: sub });
  expect(await customer({ ...PERSON, oid: undefined, sub: `${sub}s` })).not.toHaveProperty(
    "subject",
  );
});

test.each([
  ["that Entra says is an app's", { idtyp: "app", scp: "clients.write" }],
  ["of B2C's, whose subject is the app", { sub: "the-app", azp: "the-app" }],
])("a customer's token %s is a client's doing", async (_, claims) => {
  expect(await customer({ ...PERSON, name: undefined, ...claims })).toMatchObject({
    kind: "client",
  });
});

test("an operator's token without a scope is an app's own", async () => {
  expect(await operator({ ...PERSON, azp: "the-robot", name: undefined })).toMatchObject({
    kind: "client",
  });
});
