import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evaluate, expand, fieldsOf, listOf } from "./bicep-evaluate.ts";
import { bicepFiles } from "./bicep-files.ts";
import { INFRA, readBicep, resourcesOf } from "./bicep-tree.ts";

/** What can be closed to the public network: everything with data of the service in it. */
const CLOSABLE = {
  "app/storage.bicep": "Microsoft.Storage/storageAccounts",
  "app/service-bus.bicep": "Microsoft.ServiceBus/namespaces",
  "app/key-vault.bicep": "Microsoft.KeyVault/vaults",
} as const;

async function bodies(path: string, type: string, scope = {}) {
  const file = await readBicep(path);
  return resourcesOf(file, type).flatMap((resource) => expand(file, resource, scope));
}
const main = readFileSync(join(INFRA, "main.bicep"), "utf8");

test.each(Object.entries(CLOSABLE))("%s is closed when it is told so", async (path, type) => {
  const access = async (closed: boolean) =>
    (await bodies(path, type, { closed })).map(
      ({ properties }) => fieldsOf(properties)["publicNetworkAccess"],
    );
  expect(await access(true)).toEqual(["Disabled"]);
  expect(await access(false)).toEqual(["Enabled"]);
});

test("nobody is let past who has not been named: the deployment to the vault, nobody to the storage", async () => {
  const rules = async (path: keyof typeof CLOSABLE) =>
    (await bodies(path, CLOSABLE[path], { closed: true })).map(
      ({ properties }) => fieldsOf(properties)["networkAcls"],
    );
  expect(await rules("app/storage.bicep")).toEqual([{ defaultAction: "Deny", bypass: "None" }]);
  expect(await rules("app/key-vault.bicep")).toEqual([
    { defaultAction: "Deny", bypass: "AzureServices" },
  ]);
});

test("the bus is of the tier that has private endpoints, and then another namespace", async () => {
  const tier = async (closed: boolean) =>
    (await bodies("app/service-bus.bicep", CLOSABLE["app/service-bus.bicep"], { closed })).map(
      ({ sku }) => fieldsOf(sku)["tier"],
    );
  expect([await tier(true), await tier(false)]).toEqual([["Premium"], ["Standard"]]);
  expect(main).toMatch(/name: privateNetwork \? 'sb-premium-\$\{token\}' : 'sb-\$\{token\}'/);
});

test("one parameter closes them all, and nothing else can be closed or left open", async () => {
  expect(main.match(/closed: privateNetwork\b/g)).toHaveLength(Object.keys(CLOSABLE).length);
  expect(main).toMatch(/param privateNetwork bool = false/);
  const deciding: string[] = [];
  for (const path of bicepFiles()) {
    if (/publicNetworkAccess/.test((await readBicep(path)).text)) deciding.push(path);
  }
  expect(deciding).toEqual(Object.keys(CLOSABLE).sort());
});

test("each of them has its endpoint, and its name leads there", async () => {
  const network = await readBicep("app/network.bicep");
  const endpoints = evaluate(network, network.variables.get("endpoints") ?? network.root);
  const targets = evaluate(network, network.variables.get("targets") ?? network.root);
  expect(listOf(endpoints).map((item) => [fieldsOf(item)["on"], fieldsOf(item)["group"]])).toEqual([
    ["storage", "blob"],
    ["storage", "table"],
    ["bus", "namespace"],
    ["vault", "vault"],
  ]);
  expect(targets).toMatchObject({
    storage: { source: "storage.id" },
    bus: { source: "bus.id" },
    vault: { source: "vault.id" },
  });
  expect(network.text).toMatch(/'private-endpoint\.bicep' = \[\s*for item in endpoints:/);

  const scope = { group: "table", zone: "privatelink.example" };
  const made = (type: string) =>
    bodies("app/private-endpoint.bicep", `Microsoft.Network/${type}`, scope);
  expect(await made("privateEndpoints")).toMatchObject([
    { properties: { privateLinkServiceConnections: [{ properties: { groupIds: ["table"] } }] } },
  ]);
  expect(await made("privateDnsZones")).toMatchObject([{ name: "privatelink.example" }]);
  expect(await made("privateDnsZones/virtualNetworkLinks")).toMatchObject([
    { properties: { virtualNetwork: { id: { source: "networkId" } } } },
  ]);
  expect(await made("privateEndpoints/privateDnsZoneGroups")).toMatchObject([
    {
      properties: {
        privateDnsZoneConfigs: [{ properties: { privateDnsZoneId: { source: "names.id" } } }],
      },
    },
  ]);
});

test("the app calls through a subnet that is delegated to its plan, once there is one", async () => {
  const [network] = await bodies("app/network.bicep", "Microsoft.Network/virtualNetworks");
  expect(fieldsOf(network?.["properties"])["subnets"]).toMatchObject([
    {
      name: "app",
      properties: { delegations: [{ properties: { serviceName: "Microsoft.App/environments" } }] },
    },
    { name: "endpoints" },
  ]);
  expect((await readBicep("app/function-app.bicep")).text).toContain(
    "virtualNetworkSubnetId: empty(subnetId) ? null : subnetId",
  );
  expect(main).toContain("subnetId: network.?outputs.appSubnetId ?? ''");
});
