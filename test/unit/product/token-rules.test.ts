import { describe, expect, test } from "vitest";
import {
  refusalOfCustomer,
  refusalOfLookup,
  refusalOfOperator,
  rotatingClient,
  type TokenRules,
} from "../../../functions/edge/token-rules.ts";

/** On claims that have been verified; test/security sends them over the socket. */

const rules: TokenRules = {
  operatorScope: "access_as_operator",
  operatorClients: ["the-page"],
  operatorApps: ["the-robot"],
  customerPolicies: [],
};
const person = { azp: "the-page", scp: "access_as_operator", roles: ["Consent.Approve"] };
const robot = { azp: "the-robot", roles: ["Consent.Approve"] };
const operator = (claims: Readonly<Record<string, unknown>>, given = rules) =>
  refusalOfOperator(claims, "Consent.Approve", given)?.reason;

describe("an operator", () => {
  test("is a person with the scope, the role, and an application that is named", () => {
    expect(operator(person)).toBeUndefined();
    expect(operator({ ...person, scp: "profile access_as_operator" })).toBeUndefined();
    expect(operator({ ...person, roles: [] })).toBe("missing-role");
    expect(operator({ ...person, azp: "the-robot" })).toBe("application-not-allowed");
    expect(operator({ ...person, azp: "Elsewhere" }, { ...rules, operatorClients: [] })).toBe(
      undefined,
    );
  });

  test("is never an application, unless it is named for that", () => {
    expect(operator(robot)).toBeUndefined();
    expect(operator({ ...robot, idtyp: "app" })).toBeUndefined();
    expect(operator({ ...robot, azp: "the-page" })).toBe("missing-scope");
    expect(operator({ ...robot, roles: undefined })).toBe("missing-role");
    expect(operator(robot, { ...rules, operatorApps: [] })).toBe("missing-scope");
  });

  test("is not known by a token that names no application, such as an ID token", () => {
    expect(operator({ ...person, azp: undefined })).toBe("unauthenticated");
  });
});

describe("who looks clients up", () => {
  const lookup = { appid: "the-api", roles: ["Clients.Lookup"] };

  test("is an application with the role, and no person", () => {
    expect(refusalOfLookup(lookup)).toBeUndefined();
    expect(refusalOfLookup({ ...lookup, roles: ["Consent.Approve"] })?.reason).toBe("missing-role");
    expect(refusalOfLookup({ ...lookup, scp: "access_as_operator" })?.reason).toBe("missing-role");
    expect(refusalOfLookup({ roles: ["Clients.Lookup"] })?.reason).toBe("unauthenticated");
  });
});

describe("a client that calls for itself", () => {
  const appId = "B1D7F0A4-6A2E-4D59-8F0E-51C6F4A3B9D2";
  const entra = { azp: appId, roles: ["keys.rotate"], iss: "https://issuer.example" };
  const policy = { azp: appId, sub: appId, scp: "keys.rotate" };
  const reason = (claims: Readonly<Record<string, unknown>>) => {
    const named = rotatingClient(claims);
    return named.ok ? named.value.appId : named.refusal.reason;
  };

  test("is the one that the token was issued to, with the role where either issuer writes it", () => {
    expect(reason(entra)).toBe(appId.toLowerCase());
    expect(reason(policy)).toBe(appId.toLowerCase());
    // B2C's documents name the service principal as the subject, what has been seen is the client.
    expect(reason({ ...policy, sub: "its service principal" })).toBe(appId.toLowerCase());
    expect(reason({ ...entra, azp: undefined, appid: appId })).toBe(appId.toLowerCase());
  });

  test.each([
    ["no role", { ...entra, roles: undefined }, "missing-role"],
    ["a role of the resource API", { ...entra, roles: ["api.read"] }, "missing-role"],
    ["a role that begins alike", { ...policy, scp: "keys.rotate.all" }, "missing-role"],
    ["a role beside a person's scope", { ...entra, scp: "profile" }, "missing-role"],
    ["a person's token", { ...policy, idtyp: "user" }, "missing-role"],
    ["no client", { ...entra, azp: undefined }, "unauthenticated"],
    ["a client that is no id", { ...entra, azp: "../x" }, "unauthenticated"],
  ])("is nobody with %s", (_, claims, refusal) => {
    expect(reason(claims)).toBe(refusal);
  });
});

describe("a customer", () => {
  const claims = { scp: "clients.read", tfp: "B2C_1_other" };

  test("may come from any user flow while none is named", () => {
    expect(refusalOfCustomer(claims, "clients.read", rules)).toBeUndefined();
    expect(
      refusalOfCustomer(claims, "clients.read", { ...rules, customerPolicies: ["b2c_1_signin"] }),
    ).toEqual({ reason: "user-flow-not-allowed" });
  });
});
