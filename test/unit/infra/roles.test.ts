import { expect, test } from "vitest";
import { readTopology } from "../../../infra/topology.ts";
import { evaluate, expand, fieldsOf, listOf } from "./bicep-evaluate.ts";
import { readBicep, resourcesOf } from "./bicep-tree.ts";

/** Azure's built-in roles by name. Source: Microsoft Learn, "Azure built-in roles". */
const ROLES: Readonly<Record<string, string>> = {
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
  "Azure Service Bus Data Receiver": "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
  "Azure Service Bus Data Sender": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
  "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
};

const file = await readBicep("app/roles.bicep");
const table = listOf(evaluate(file, file.variables.get("table") ?? file.root)).map(fieldsOf);
const topology = readTopology();
const ASSIGNMENT = "Microsoft.Authorization/roleAssignments";

test("the service holds these roles, on these resources, and no others", () => {
  expect(table.map(({ on, name }) => `${on}: ${name}`)).toEqual([
    "storage: Storage Blob Data Contributor",
    "storage: Storage Table Data Contributor",
    "queue: Azure Service Bus Data Receiver",
    "queue: Azure Service Bus Data Sender",
    "topic: Azure Service Bus Data Sender",
    "subscription: Azure Service Bus Data Receiver",
    "vault: Key Vault Secrets User",
    "insights: Monitoring Metrics Publisher",
  ]);
  for (const { name, role } of table) expect(role).toBe(ROLES[String(name)]);
});

test("no role is an owner's, and none may change resources or roles", () => {
  for (const { name } of table) {
    expect(String(name)).not.toMatch(/Owner|Administrator|^Contributor$/);
  }
});

test("every row becomes an assignment, and every assignment but the mail role a row", () => {
  const counts = Object.fromEntries(
    resourcesOf(file, ASSIGNMENT).map((resource) => [
      resource.symbol,
      expand(file, resource).length,
    ]),
  );
  const rows = (on: string) => table.filter((row) => row["on"] === on).length;
  expect(counts).toEqual({
    storageRole: rows("storage"),
    queueRole: rows("queue") * topology.queues.length,
    topicRole: rows("topic") * topology.topics.length,
    subscriptionRole: rows("subscription"),
    vaultRole: rows("vault"),
    insightsRole: rows("insights"),
    mailRole: 1,
  });
});

test("roles are assigned in one file only, to the service's identity only", async () => {
  for (const resource of resourcesOf(file, ASSIGNMENT)) {
    expect(resource.body.text).toContain("principalId: principalId");
  }
  const { bicepFiles } = await import("./bicep-files.ts");
  for (const path of bicepFiles().filter((name) => name !== file.name)) {
    expect(resourcesOf(await readBicep(path), ASSIGNMENT), path).toEqual([]);
  }
});

test("the role for mail can send mail and nothing else", () => {
  const [role] = resourcesOf(file, "Microsoft.Authorization/roleDefinitions");
  if (!role) throw new Error("No role for mail");
  const [permission] = listOf(
    fieldsOf(fieldsOf(expand(file, role)[0])["properties"])["permissions"],
  );
  expect(permission).toEqual({
    actions: [
      "Microsoft.Communication/CommunicationServices/Read",
      "Microsoft.Communication/CommunicationServices/Write",
      "Microsoft.Communication/EmailServices/write",
    ],
  });
});
