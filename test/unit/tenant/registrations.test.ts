import { expect, test } from "vitest";
import { readOptions } from "../../../infra/tools/tenant/options.ts";
import { creation, customers } from "../../../infra/tools/tenant/registrations.ts";
import type { Tenant } from "../../../infra/tools/tenant/tenant.ts";

/** What a new registration is made with; what one that exists is given is tested in a tenant. */

const SIGN_IN = { metadataUrl: "", issuer: "", tokenEndpoint: "", confirmed: true };
const TENANT: Tenant = {
  id: "a-tenant",
  domain: "contoso.onmicrosoft.com",
  kind: "b2c",
  customers: SIGN_IN,
  operators: SIGN_IN,
};

const made = (...args: string[]) => creation(customers(TENANT, readOptions(args)));

test("only where --command says so, programs on people's own machines may sign them in", () => {
  expect(made("--command")).toMatchObject({
    publicClient: { redirectUris: ["http://localhost"] },
    isFallbackPublicClient: true,
  });
  for (const name of ["publicClient", "isFallbackPublicClient"])
    expect(made()).not.toHaveProperty(name);
});

test("the identity that the backend trusts is named as its tokens name it, in lower case", () => {
  const id = "ABCDEF11-2222-3333-4444-555555555555";
  expect(readOptions(["--managed-identity", id, "--identity-tenant", id])).toMatchObject({
    "managed-identity": id.toLowerCase(),
    "identity-tenant": id.toLowerCase(),
  });
});
