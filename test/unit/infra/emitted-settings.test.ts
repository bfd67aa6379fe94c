import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { settingNames } from "../../../shared/settings/settings.ts";
import { bicepFiles } from "./bicep-files.ts";
import { INFRA, readBicep } from "./bicep-tree.ts";

/** Forms of a connection that carry a key: this deployment has no key to put there. */
const SHARED_KEY_FORMS = ["RecordsConnection", "ServiceBusConnection"];

/** What only the local cloud may set: in Azure it would open the guard of customers' own webhooks. */
const LOCAL_ONLY = ["WEBHOOK_UNGUARDED_ORIGINS"];

const file = await readBicep("app/settings.bicep");

function emitted(): Map<string, string> {
  const all = file.variables.get("all");
  if (!all) throw new Error("app/settings.bicep has no variable `all`");
  return new Map(
    all.namedChildren.map((property) => [
      property?.namedChild(0)?.text ?? "",
      property?.namedChild(1)?.text ?? "",
    ]),
  );
}

const parameters = z
  .object({
    parameters: z.record(z.string(), z.object({ value: z.unknown() })),
  })
  .parse(JSON.parse(readFileSync(join(INFRA, "main.parameters.json"), "utf8"))).parameters;
const namesIn = (parameter: string) =>
  Object.entries(z.record(z.string(), z.string()).parse(parameters[parameter]?.value));

test("every setting that settings.ts reads is emitted, and no other", () => {
  const wanted = settingNames.filter(
    (name) => !SHARED_KEY_FORMS.includes(name) && !LOCAL_ONLY.includes(name),
  );
  expect([...emitted().keys()].sort()).toEqual([...wanted].sort());
});

test("what only the local cloud may set stands nowhere in the deployment", () => {
  for (const name of LOCAL_ONLY) expect(settingNames).toContain(name);
  const deployed = [...bicepFiles(), "main.parameters.json"];
  expect(deployed.length).toBeGreaterThan(10);
  for (const path of deployed)
    for (const name of LOCAL_ONLY)
      expect(readFileSync(join(INFRA, path), "utf8"), path).not.toContain(name);
});

test("a setting that is taken from a parameter is taken under its own name", () => {
  for (const [name, source] of emitted()) {
    const [, from] = /^(?:given|vaultReferences)\.\?(\w+)$/.exec(source) ?? [];
    if (from !== undefined) expect(from).toBe(name);
  }
});

test.each([
  ["settings", "given"],
  ["secrets", "vaultReferences"],
])("main.parameters.json gives each of `%s` from the environment", (parameter, source) => {
  const used = [...emitted()].filter(([name, value]) => value.includes(`${source}.?${name}`));
  expect(namesIn(parameter).map(([name]) => name)).toEqual(used.map(([name]) => name));
  for (const [name, value] of namesIn(parameter)) expect(value).toBe(`\${${name}=}`);
});

test("settings that hold a secret come from the key vault", () => {
  const secret = /SECRET$|CERTIFICATE$|TEAMS_URL$|_KEY$|_TOKEN$/;
  for (const [name, source] of emitted()) {
    if (secret.test(name)) expect(source, name).toMatch(/^vaultReferences\./);
  }
});

test("the host's own settings hold no key and none of the service's names", async () => {
  const host = (await readBicep("app/function-app.bicep")).variables.get("hostSettings");
  const names = (host?.namedChildren ?? []).map((property) => property?.namedChild(0)?.text);
  expect(names).toEqual([
    "AzureWebJobsStorage__blobServiceUri",
    "AzureWebJobsStorage__queueServiceUri",
    "AzureWebJobsStorage__tableServiceUri",
    "AzureWebJobsStorage__credential",
    "AzureWebJobsStorage__clientId",
    "AzureWebJobsDisableHomepage",
  ]);
});
