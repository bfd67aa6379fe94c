import { expect, test } from "vitest";
import { expand, fieldsOf } from "./bicep-evaluate.ts";
import { bicepFiles } from "./bicep-files.ts";
import { type BicepFile, readBicep, resourcesOf } from "./bicep-tree.ts";

/** What every resource of a type must say, so that nothing can be reached with a key, in the clear, or by the public. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "Microsoft.Storage/storageAccounts": {
    allowSharedKeyAccess: false,
    allowBlobPublicAccess: false,
    minimumTlsVersion: "TLS1_2",
    supportsHttpsTrafficOnly: true,
  },
  "Microsoft.Storage/storageAccounts/blobServices/containers": { publicAccess: "None" },
  "Microsoft.ServiceBus/namespaces": { disableLocalAuth: true, minimumTlsVersion: "1.2" },
  "Microsoft.KeyVault/vaults": { enableRbacAuthorization: true, enablePurgeProtection: true },
  "Microsoft.Insights/components": { DisableLocalAuth: true },
  "Microsoft.OperationalInsights/workspaces": { features: { disableLocalAuth: true } },
  "Microsoft.Communication/communicationServices": { disableLocalAuth: true },
  "Microsoft.Web/sites": { httpsOnly: true },
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": { allow: false },
};

const files: BicepFile[] = [];
for (const path of bicepFiles()) files.push(await readBicep(path));

test.each(Object.entries(REQUIRED))("%s", (type, required) => {
  const bodies = files.flatMap((file) =>
    resourcesOf(file, type).flatMap((resource) => expand(file, resource)),
  );
  expect(bodies).not.toEqual([]);
  for (const body of bodies) expect(fieldsOf(body["properties"])).toMatchObject(required);
});

test("no file asks Azure for a key, and none makes a rule that has one", () => {
  for (const { name, text } of files) {
    expect(text, name).not.toMatch(/listKeys|listSecrets|listAccountSas|authorizationRules/i);
    expect(text, name).not.toMatch(/AccountKey=|SharedAccessKey=/i);
  }
});

test("a secret enters as a secure parameter and leaves as a reference only", () => {
  for (const { name, text, parameters } of files) {
    if (parameters.has("secrets")) {
      expect(text, name).toMatch(/@secure\(\)\n(@description\([^\n]*\)\n)?param secrets object/);
    }
    expect(text, name).not.toMatch(/output .*secrets/);
  }
});

test("the app runs Node 24 on Flex Consumption", () => {
  const app = files.find(({ name }) => name === "app/function-app.bicep");
  const bodies = (type: string) =>
    app ? resourcesOf(app, type).flatMap((resource) => expand(app, resource)) : [];
  expect(bodies("Microsoft.Web/serverfarms")).toMatchObject([{ sku: { tier: "FlexConsumption" } }]);
  expect(bodies("Microsoft.Web/sites")).toMatchObject([
    {
      kind: "functionapp,linux",
      identity: { type: "UserAssigned" },
      properties: {
        functionAppConfig: {
          runtime: { name: "node", version: "24" },
          deployment: { storage: { authentication: { type: "UserAssignedIdentity" } } },
        },
      },
    },
  ]);
});
