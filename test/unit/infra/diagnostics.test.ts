import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expand, fieldsOf, listOf } from "./bicep-evaluate.ts";
import { readBicep, resourcesOf } from "./bicep-tree.ts";

const file = await readBicep("app/diagnostics.bicep");

/** Resource → categories that are written down. */
function written(premiumBus: boolean): Record<string, unknown[]> {
  const settings = resourcesOf(file, "Microsoft.Insights/diagnosticSettings");
  return Object.fromEntries(
    settings.map((setting) => {
      const [body] = expand(file, setting, { premiumBus });
      const { workspaceId, logs } = fieldsOf(body?.["properties"]);
      expect(workspaceId).toMatchObject({ source: "workspaceId" });
      const categories = listOf(logs).map(fieldsOf);
      for (const { enabled } of categories) expect(enabled).toBe(true);
      return [setting.symbol, categories.map(({ category }) => category)];
    }),
  );
}

test("vault, storage and bus write down who asked for what", () => {
  const storage = ["StorageRead", "StorageWrite", "StorageDelete"];
  expect(written(false)).toEqual({
    ofBlobs: storage,
    ofTables: storage,
    ofBus: ["OperationalLogs"],
    ofVault: ["AuditEvent"],
  });
});

test("the bus tells who sent and received where its tier can", () => {
  expect(written(true)["ofBus"]).toContain("RuntimeAuditLogs");
});

test("they are in the tables that the page tells people to look at", async () => {
  const page = await readFile(join(import.meta.dirname, "../../../docs/observability.md"), "utf8");
  for (const table of [
    "StorageTableLogs",
    "StorageBlobLogs",
    "AZKVAuditLogs",
    "AZMSOperationalLogs",
  ])
    expect(page).toContain(`| \`${table}\``);
  for (const setting of resourcesOf(file, "Microsoft.Insights/diagnosticSettings")) {
    const [body] = expand(file, setting, { premiumBus: false });
    const ofStorage = ["ofBlobs", "ofTables"].includes(setting.symbol);
    expect(fieldsOf(body?.["properties"])["logAnalyticsDestinationType"]).toBe(
      ofStorage ? undefined : "Dedicated",
    );
  }
});

test("each is of the resource that the deployment makes", () => {
  for (const setting of resourcesOf(file, "Microsoft.Insights/diagnosticSettings")) {
    const [, scope] = /scope: (\w+)/.exec(setting.body.text) ?? [];
    expect(`of${scope?.[0]?.toUpperCase()}${scope?.slice(1)}`).toBe(setting.symbol);
  }
});
