import { expect, test } from "vitest";
import { readTopology } from "../../../infra/topology.ts";
import { expand, fieldsOf } from "./bicep-evaluate.ts";
import { readBicep, resourcesOf } from "./bicep-tree.ts";

/** The deployment makes exactly what topology.json lists, with the limits that the local cloud and the tests work with. */

const topology = readTopology();
const BUS = "Microsoft.ServiceBus/namespaces";

async function deployed(path: string, type: string, scope = {}) {
  const file = await readBicep(path);
  const [resource, ...more] = resourcesOf(file, type);
  if (!resource) throw new Error(`${path} has no ${type}`);
  expect(more).toEqual([]);
  return expand(file, resource, scope);
}
const named = (bodies: readonly Record<string, unknown>[]) =>
  bodies.map(({ name, properties }) => ({ name, ...fieldsOf(properties) }));

test("queues with their limits", async () => {
  expect(named(await deployed("app/service-bus.bicep", `${BUS}/queues`))).toEqual(topology.queues);
});

test("a module for each topic", async () => {
  const file = await readBicep("app/service-bus.bicep");
  expect(file.text).toMatch(/module topic 'topic\.bicep' = \[\s*for item in topology\.topics:/);
});

test.each(topology.topics)("topic $name with its subscriptions and rules", async (topic) => {
  const { subscriptions, ...own } = topic;
  // What the file gives the module is the raw entry: the defaults must be the module's own.
  const raw = JSON.parse(JSON.stringify(await rawTopic(topic.name)));
  const of = (type: string) => deployed("app/topic.bicep", `${BUS}/topics${type}`, { topic: raw });
  expect(named(await of(""))).toEqual([own]);
  expect(named(await of("/subscriptions"))).toEqual(
    subscriptions.map(({ rules: _, ...subscription }) => subscription),
  );
  expect(named(await of("/subscriptions/rules"))).toEqual(
    subscriptions.flatMap(({ rules }) =>
      rules.map(({ name, sqlFilter, correlationFilter }) =>
        sqlFilter !== undefined
          ? { name, filterType: "SqlFilter", sqlFilter: { sqlExpression: sqlFilter } }
          : { name, filterType: "CorrelationFilter", correlationFilter },
      ),
    ),
  );
});

test("tables", async () => {
  const tables = await deployed(
    "app/storage.bicep",
    "Microsoft.Storage/storageAccounts/tableServices/tables",
  );
  expect(tables.map(({ name }) => name)).toEqual(topology.tables);
});

async function rawTopic(name: string): Promise<unknown> {
  const { default: raw } = await import("../../../infra/topology.json", { with: { type: "json" } });
  return raw.topics.find((topic) => topic.name === name);
}
