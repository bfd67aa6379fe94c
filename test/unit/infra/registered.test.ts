import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTopology } from "../../../infra/topology.ts";
import { INFRA } from "./bicep-tree.ts";

/** What the composition root opens and listens to exists in topology.json, and nothing in there is left unused. */

const main = readFileSync(join(INFRA, "../functions/main.ts"), "utf8");
const topology = readTopology();
const namesAfter = (pattern: RegExp) =>
  new Set([...main.matchAll(pattern)].map(([, name]) => name));

test("queues", () => {
  expect(namesAfter(/queueName: "([^"]+)"/g)).toEqual(
    new Set(topology.queues.map(({ name }) => name)),
  );
});

test("tables", () => {
  for (const table of namesAfter(/openTable\([^,]+, "([^"]+)"\)/g)) {
    expect(topology.tables).toContain(table);
  }
});

test("topics", () => {
  const senders = readFileSync(join(INFRA, "../shared/adapters/bus/event-topic.ts"), "utf8");
  for (const { name } of topology.topics) expect(senders).toContain(`"${name}"`);
});
