import { expect, test } from "vitest";
import { clientsCreate } from "../../../functions/http/clients/clients-create.ts";
import { testProduct } from "../../support/product.ts";

const advice = { tokenEndpoint: "https://login.example/token", resourceScope: "api://x/.default" };

/** What is said against the roles of a new client, where clients can rotate their secrets themselves or cannot. */
function complaints(roles: readonly string[], canRotate: boolean) {
  const { contract } = clientsCreate({
    ...{ ...testProduct(), advice, canMail: false, canRotate },
    signInAudience: "AzureADMyOrg",
  });
  const parsed = contract.body.safeParse({ displayName: "Nightly import", roles });
  return parsed.error?.issues.map(({ message }) => message) ?? [];
}

test("a client asks for keys.rotate where there is such an API, beside other roles or alone", () => {
  expect(complaints(["api.read", "api.write", "keys.rotate"], true)).toEqual([]);
  expect(complaints(["keys.rotate"], true)).toEqual([]);
  expect(complaints(["keys.rotate", "keys.rotate"], true)).toEqual(["must name each role once"]);
});

test("elsewhere it is told that nobody can be given it", () => {
  expect(complaints(["api.read", "keys.rotate"], false)).toEqual([
    "must not name keys.rotate, which is not set up here",
  ]);
  expect(complaints(["api.read"], false)).toEqual([]);
});
