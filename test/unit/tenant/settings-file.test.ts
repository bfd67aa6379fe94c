import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeSettings } from "../../../infra/tools/tenant/settings-file.ts";

const folder = mkdtempSync(join(tmpdir(), "settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("run again, the set-up keeps the user flows and applications that people have named besides", async () => {
  const file = join(folder, "tenant.env");
  writeFileSync(
    file,
    'CUSTOMER_POLICIES="b2c_1_signin, B2C_1_mfa"\nOPERATOR_CLIENTS=script\nRESOURCE_APP_ID=old\n',
  );
  const found = {
    ...{ CUSTOMER_POLICIES: "B2C_1_signin", OPERATOR_CLIENTS: "portal" },
    RESOURCE_APP_ID: "new",
  };

  for (const _ of ["once", "again"])
    expect(await writeSettings(file, found)).toEqual({
      CUSTOMER_POLICIES: "B2C_1_signin,B2C_1_mfa",
      OPERATOR_CLIENTS: "portal,script",
      RESOURCE_APP_ID: "new",
    });
  expect(readFileSync(file, "utf8").split("\n")).toHaveLength(4);
});
