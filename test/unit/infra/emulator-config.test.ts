import { expect, test } from "vitest";
import { emulatorConfig } from "../../../infra/tools/core-tools/emulator-config.ts";
import { readTopology, Topology } from "../../../infra/topology.ts";

test("the emulator gets every queue, topic, subscription and rule of topology.json", () => {
  const { queues, topics } = readTopology();
  expect(emulatorConfig(readTopology())).toMatchObject({
    UserConfig: {
      Namespaces: [
        {
          Name: "sbemulatorns",
          Queues: queues.map((queue) => ({
            Name: queue.name,
            Properties: {
              LockDuration: queue.lockDuration,
              MaxDeliveryCount: queue.maxDeliveryCount,
              RequiresDuplicateDetection: queue.requiresDuplicateDetection,
            },
          })),
          Topics: topics.map(({ name, subscriptions }) => ({
            Name: name,
            Subscriptions: subscriptions.map((subscription) => ({
              Name: subscription.name,
              Rules: subscription.rules.map((rule) => ({ Name: rule.name })),
            })),
          })),
        },
      ],
    },
  });
});

test("what the emulator does not take is cut to what it takes", () => {
  const topology = Topology.parse({
    queues: [
      {
        name: "long",
        defaultMessageTimeToLive: "P14D",
        duplicateDetectionHistoryTimeWindow: "PT1H",
      },
    ],
    topics: [{ name: "short", defaultMessageTimeToLive: "PT5M" }],
    tables: [],
  });
  const text = JSON.stringify(emulatorConfig(topology));
  expect(text).toContain('"DefaultMessageTimeToLive":"PT1H"');
  expect(text).toContain('"DuplicateDetectionHistoryTimeWindow":"PT5M"');
  expect(text).toContain('"DefaultMessageTimeToLive":"PT5M"');
});

test("both kinds of rules", () => {
  const rules = [
    { name: "sql", sqlFilter: "type = 'a'" },
    { name: "correlated", correlationFilter: { label: "b", properties: { type: "c" } } },
  ];
  const topics = [{ name: "t", subscriptions: [{ name: "s", rules }] }];
  const text = JSON.stringify(emulatorConfig(Topology.parse({ queues: [], topics, tables: [] })));
  expect(text).toContain('{"FilterType":"Sql","SqlFilter":{"SqlExpression":"type = \'a\'"}}');
  expect(text).toContain('"CorrelationFilter":{"Properties":{"type":"c"},"Label":"b"}');
});
