import { describe, expect, test } from "vitest";
import {
  refusalOfCustomer,
  refusalOfLookup,
  refusalOfOperator,
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

describe("a customer", () => {
  const claims = { scp: "clients.read", tfp: "B2C_1_other" };

  test("may come from any user flow while none is named", () => {
    expect(refusalOfCustomer(claims, "clients.read", rules)).toBeUndefined();
    expect(
      refusalOfCustomer(claims, "clients.read", { ...rules, customerPolicies: ["b2c_1_signin"] }),
    ).toEqual({ reason: "user-flow-not-allowed" });
  });
});
