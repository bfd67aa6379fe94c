import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { readSettings } from "../../shared/settings/settings.ts";
import { pristineTenant } from "../tools/tenant/pristine.ts";
import { type DocsBench, fences, openDocsBench } from "./bench.ts";
import { readVault } from "./tools/azure.ts";

/** What the pages tell people to type on the way to Azure, typed as it stands there: the directory is the local one. */

const tenant = pristineTenant();
const IDENTITY = randomUUID();
const OUTPUTS = {
  API_BASE_URL: "https://latchkey-abc.azurewebsites.net/api",
  AZURE_FUNCTION_NAME: "latchkey-abc",
  AZURE_KEY_VAULT_NAME: "latchkey-abc",
  AZURE_RESOURCE_GROUP: "rg-latchkey",
  MANAGED_IDENTITY_CLIENT_ID: IDENTITY,
  MANAGED_IDENTITY_PRINCIPAL_ID: randomUUID(),
};
let bench: DocsBench;
beforeAll(async () => {
  bench = await openDocsBench();
});
afterAll(() => bench?.remove());
const environment = () => ({
  // Who is trusted has an https address, as the directory demands of every issuer.
  DIRECTORY_AUTHORITY: tenant().directory.secureOrigin,
  NODE_EXTRA_CA_CERTS: tenant().directory.settings["NODE_EXTRA_CA_CERTS"] ?? "",
  LOGIN_HOST: tenant().directory.origin,
  GRAPH_BASE_URL: tenant().directory.origin,
  GRAPH_TOKEN: tenant().administrator,
  ADMIN_CONSENT_URL: `${tenant().directory.origin}/consent/{appId}`,
  AZD_OUTPUTS: JSON.stringify(OUTPUTS),
});
const Values = z.record(z.string(), z.string());
const Parameters = z.object({
  parameters: z.object({
    settings: z.object({ value: Values }),
    secrets: z.object({ value: Values }),
  }),
});

/** The settings that the deployment gives the service: the template's parameters, filled from azd's environment. */
async function deployed(): Promise<Record<string, string>> {
  const values = Values.parse(
    JSON.parse(await readFile(join(bench.folder, ".azure/values.json"), "utf8")),
  );
  const file = await readFile(join(bench.folder, "infra/main.parameters.json"), "utf8");
  const { settings, secrets } = Parameters.parse(JSON.parse(file)).parameters;
  const filled = Object.entries({ ...settings.value, ...secrets.value }).map(
    ([name, text]) => [name, text.replace(/\$\{(\w+)=\}/, (_, key) => values[key] ?? "")] as const,
  );
  return Object.fromEntries(filled.filter(([, value]) => value !== ""));
}

test("from a clone to the first customer: what is deployed is enough to start with, pages included", async () => {
  const typed = await bench.type(await fences("docs/first-customer.md", "sh"), environment());
  const { output } = typed;
  expect(output).toContain("10 changes would be made.");
  expect(output).toContain("1 change made.");
  expect(output).toContain("/consent/");
  // All that is left is the consent of step 11, which is a click.
  expect(output).toContain("1 to mend.");
  expect(output).toContain("Grant admin consent");
  expect(typed.code).toBe(1);

  const settings = await deployed();
  const { tokenEndpoint, portal } = readSettings({
    ...settings,
    // The local tenant's documents come over https too; only there do they count.
    ...Object.fromEntries(
      Object.entries(settings)
        .filter(([name]) => /METADATA_URL$|AUTHORITY$/.test(name))
        .map(([name, value]) => [name, value.replace("http:", "https:")]),
    ),
    MANAGED_IDENTITY_CLIENT_ID: IDENTITY,
    RecordsConnection__tableServiceUri: "https://records.example.com",
    ServiceBusConnection__fullyQualifiedNamespace: "bus.example.com",
  });
  expect(tokenEndpoint).toMatch(/oauth2\/v2\.0\/token$/);
  expect(portal).toBeDefined();
  // Nothing of npm's own is in what is kept, and nobody else may read it.
  const kept = join(bench.folder, "tenant.env");
  expect(Object.keys(parseEnv(await readFile(kept, "utf8")))).toContain("PORTAL_CLIENT_ID");
  expect(await readFile(kept, "utf8")).not.toContain("> ");
  expect((await stat(kept)).mode & 0o077).toBe(0);
}, 120_000);

test("deploy: the package, and a secret for the vault, of which nothing is left on the disk", async () => {
  const typed = await bench.type(await fences("docs/deploy.md", "sh"), environment());
  expect(typed.output).toContain("Published to latchkey-abc");
  expect(typed.output).toContain("Mail: 5 a minute and 10 an hour");
  expect(typed.output).toContain("Alerts about one customer: 2 an hour by mail");
  expect(typed.output).toContain("ALERT-WEBHOOK-SECRET: 50 characters");
  expect(typed.code).toBe(0);
  expect(existsSync(join(bench.folder, "webhook-secret"))).toBe(false);
  // What has been set is what the template asks for.
  const values = await readFile(join(bench.folder, ".azure/values.json"), "utf8");
  expect(JSON.parse(values)).toMatchObject({ PRIVATE_NETWORK: "true" });
  const template = await readFile(join(bench.folder, "infra/main.parameters.json"), "utf8");
  expect(template).toMatch(/"\$\{PRIVATE_NETWORK=false\}"/);
}, 60_000);

test("upgrade, and back: what is deployed last is the package alone", async () => {
  const typed = await bench.type(await fences("docs/upgrading.md", "sh"), environment());
  expect(typed).toMatchObject({ code: 0 });
  expect(typed.output).toMatch(
    /up workflow [\s\S]*SUCCESS: Your application was deployed to Azure\.\s*$/,
  );
});

test("another region: the second deployment has the settings of the first, and the directory knows both identities", async () => {
  const kept = async () =>
    Values.parse(JSON.parse(await readFile(join(bench.folder, ".azure/values.json"), "utf8")));
  // All but the check, which tells of the consent that is a click.
  const first = (await fences("docs/first-customer.md", "sh")).slice(0, -1);
  const elsewhere = {
    ...OUTPUTS,
    API_BASE_URL: "https://latchkey-def.azurewebsites.net/api",
    MANAGED_IDENTITY_PRINCIPAL_ID: randomUUID(),
  };
  const names = ["WORKFORCE=contoso.onmicrosoft.com", "CUSTOMERS=contosocustomers.onmicrosoft.com"];
  expect((await bench.type(first, environment())).code).toBe(0);
  const before = await kept();

  const typed = await bench.type([...names, ...(await fences("docs/another-region.md", "sh"))], {
    ...environment(),
    AZD_OUTPUTS: JSON.stringify(elsewhere),
  });

  expect(typed).toMatchObject({ code: 0 });
  const after = await kept();
  expect(after).toMatchObject({ ...elsewhere, AZURE_ENV_NAME: "latchkey-2" });
  for (const name of ["DIRECTORY_CLIENT_ID", "RESOURCE_APP_ID", "ALERT_WEBHOOK_SECRET"])
    expect(after[name]).toBe(before[name]);
  expect(existsSync(join(bench.folder, "old.env"))).toBe(false);
  const backend = `/applications(appId='${before["DIRECTORY_CLIENT_ID"]}')`;
  const trusts = await tenant().admin("GET", `${backend}/federatedIdentityCredentials`);
  expect(JSON.stringify(trusts.body)).toContain(OUTPUTS.MANAGED_IDENTITY_PRINCIPAL_ID);
  expect(JSON.stringify(trusts.body)).toContain(elsewhere.MANAGED_IDENTITY_PRINCIPAL_ID);
}, 120_000);

test.each([
  ["in the vault alone", ""],
  ["given with azd", "old~secret"],
])(
  "the backend's secret, %s, is a new one after its page, and after the next deployment",
  async (_, old) => {
    const before = [`azd env set DIRECTORY_CLIENT_SECRET "${old}"`, "azd up"];
    const page = await fences("docs/rotate-the-backend-credential.md", "sh");
    const typed = await bench.type([...before, ...page], environment());
    expect(typed).toMatchObject({ code: 0 });
    expect(readVault(bench.folder).app["DIRECTORY-CLIENT-SECRET"]).toBe("new~secret");
    expect(existsSync(join(bench.folder, "backend-secret"))).toBe(false);

    await bench.type(["azd up"], environment());
    expect(readVault(bench.folder).vault["DIRECTORY-CLIENT-SECRET"]).toBe("new~secret");
  },
  60_000,
);
