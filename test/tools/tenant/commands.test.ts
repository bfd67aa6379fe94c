import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { runNode } from "../../support/run-node.ts";
import { grantConsent, pristineTenant } from "./pristine.ts";

/** The commands as people run them: settings to standard output, everything else to standard error, exit codes for scripts. */

const tenant = pristineTenant();
const environment = () => ({
  DIRECTORY_AUTHORITY: tenant().directory.origin,
  GRAPH_BASE_URL: tenant().directory.origin,
  GRAPH_TOKEN: tenant().administrator,
  ADMIN_CONSENT_URL: `${tenant().directory.origin}/consent/{appId}`,
});
const setup = (...args: string[]) =>
  runNode(
    "infra/tools/tenant/setup-command.ts",
    ["--login-host", tenant().directory.origin, "--credential", "secret", ...args],
    environment(),
  );

test("set up, consent, check", async () => {
  const rehearsal = await setup("--dry-run");
  expect(rehearsal.stderr).toContain("would POST /applications {");
  expect(rehearsal.stderr).toContain("11 changes would be made.");

  const first = await setup();
  expect(first.code).toBe(0);
  expect(first.stderr).toContain("11 changes made.");
  const appId = /^DIRECTORY_CLIENT_ID=(.+)$/m.exec(first.stdout)?.[1] ?? "";
  expect(first.stderr).toContain(`/consent/${appId}`);
  expect(first.stderr).not.toContain(/SECRET=(.+)/.exec(first.stdout)?.[1]);

  const file = join(tenant().folder, "tenant.env");
  const check = () =>
    runNode("infra/tools/tenant/check-command.ts", ["--settings", file], environment());
  // Empty is how azd leaves a setting unset.
  writeFileSync(file, `${first.stdout}GRAPH_BASE_URL=${tenant().directory.origin}\nSECRETS=""\n`);
  const before = await check();
  expect(before.code).toBe(1);
  expect(before.stdout).toContain("Grant admin consent");
  await grantConsent(tenant(), appId);
  expect(await check()).toMatchObject({ code: 0, stdout: "✓ The tenant is ready.\n" });

  const policy = "/policies/defaultAppManagementPolicy";
  const rule = { restrictionType: "passwordLifetime", maxLifetime: "P90D" };
  await tenant().admin("PATCH", policy, {
    ...{ isEnabled: true, applicationRestrictions: { passwordCredentials: [rule] } },
  });
  const restricted = await check();
  expect(restricted.stdout).toContain("live 90 days at most; 365 are promised");
  expect(restricted.stdout).toContain("Set SECRET_MAX_LIFETIME_DAYS=90. [policy-secret-lifetime]");
  expect(restricted.code).toBe(1);
  await tenant().admin("PATCH", policy, { isEnabled: false });

  const again = await setup();
  expect(again.stderr).toContain("0 changes made.");
  expect(again.stdout).not.toContain("SECRET");

  // What was shown once stays where it is kept, however often the command is run again.
  const kept = await setup("--write", file, "--portal-url", "https://keys.example.com/");
  expect(kept).toMatchObject({ code: 0, stdout: "" });
  const settings = parseEnv(readFileSync(file, "utf8"));
  expect(settings["DIRECTORY_CLIENT_SECRET"]).toBe(/SECRET=(.+)/.exec(first.stdout)?.[1]);
  expect(settings).toMatchObject({
    PORTAL_CLIENT_ID: settings["CUSTOMER_AUDIENCE"],
    GRAPH_BASE_URL: tenant().directory.origin,
  });
  // Without that file nobody can bring it back, and the command says so.
  const elsewhere = await setup("--write", join(tenant().folder, "elsewhere.env"));
  expect(elsewhere.stderr).toContain("The backend has a secret already");
}, 60_000);

test("an option that is wrong is named", async () => {
  const wrong = await setup("--roles", "one");
  expect(wrong).toMatchObject({ code: 1, stdout: "" });
  expect(wrong.stderr).toContain("--roles: names a read and a write role");
});
