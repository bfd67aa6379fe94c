import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { selfSignedCertificate } from "../../support/self-signed.ts";
import { pristineTenant, runSetup } from "./pristine.ts";

const tenant = pristineTenant("entra");

test("a secret is made and shown once", async () => {
  const args = ["--credential", "secret", "--roles", "tasks.read,tasks.write"];
  const first = await runSetup(tenant(), ...args);
  expect(first.settings["DIRECTORY_CLIENT_SECRET"]).toMatch(/^\S{16,64}$/);
  const second = await runSetup(tenant(), ...args);
  expect(second.writes).toBe(0);
  expect(second.settings).not.toHaveProperty("DIRECTORY_CLIENT_SECRET");
});

test("roles named on the command line become the read and the write role", async () => {
  const { settings } = await runSetup(tenant(), "--roles", "tasks.read,tasks.write");
  const { body } = await tenant().admin(
    "GET",
    `/applications(appId='${settings["RESOURCE_APP_ID"]}')`,
  );
  const roles = body["appRoles"] as { id: string; value: string }[];
  expect(roles.map(({ value }) => value)).toEqual(["tasks.read", "tasks.write"]);
  expect(roles.map(({ id }) => id)).toEqual([
    settings["APP_READ_ROLE_ID"],
    settings["APP_WRITE_ROLE_ID"],
  ]);
});

test("a certificate is registered once, beside those that are there", async () => {
  const register = (name: string) => {
    const file = join(tenant().folder, `${name}.pem`);
    writeFileSync(file, selfSignedCertificate(name).pem);
    return ["--credential", "certificate", "--certificate", file];
  };
  const first = register("first");
  const second = register("second");
  expect((await runSetup(tenant(), ...first)).settings["DIRECTORY_CREDENTIAL"]).toBe("certificate");
  expect((await runSetup(tenant(), ...second)).writes).toBe(1);
  expect((await runSetup(tenant(), ...first)).writes).toBe(0);
  expect((await runSetup(tenant(), ...second)).writes).toBe(0);
});

test("another flavour names other places", async () => {
  const { settings, tenant: read } = await runSetup(tenant(), "--credential", "none");
  expect(read.kind).toBe("external");
  expect(settings["TOKEN_ENDPOINT"]).toContain(`/${read.id}/oauth2/v2.0/token`);
  expect(settings["CLIENT_SIGN_IN_AUDIENCE"]).toBe("AzureADMyOrg");
});
