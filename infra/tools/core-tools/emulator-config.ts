import { milliseconds, type Rule, type Topology } from "../../topology.ts";

/**
 * topology.json as the configuration of Microsoft's Service Bus emulator. Where the emulator takes less than Azure does, it
 * gets the most it takes. Source: Microsoft Learn, "Overview of the Azure Service Bus emulator" (quotas) and the installer's
 * own Config.json (shape).
 */
const MAX_TIME_TO_LIVE = "PT1H";
const MAX_DUPLICATE_WINDOW = "PT5M";
/** The only name the emulator accepts. */
const NAMESPACE = "sbemulatorns";

const atMost = (wanted: string, limit: string): string =>
  milliseconds(wanted) > milliseconds(limit) ? limit : wanted;

export function emulatorConfig({ queues, topics }: Topology): object {
  return {
    UserConfig: {
      Namespaces: [
        {
          Name: NAMESPACE,
          Queues: queues.map((queue) => ({
            Name: queue.name,
            Properties: { ...receiving(queue), ...sending(queue) },
          })),
          Topics: topics.map((topic) => ({
            Name: topic.name,
            Properties: { ...timeToLive(topic), ...sending(topic) },
            Subscriptions: topic.subscriptions.map((subscription) => ({
              Name: subscription.name,
              Properties: receiving(subscription),
              Rules: subscription.rules.map(ruleOf),
            })),
          })),
        },
      ],
      Logging: { Type: "Console" },
    },
  };
}

type Queue = Topology["queues"][number];

const timeToLive = ({ defaultMessageTimeToLive }: Pick<Queue, "defaultMessageTimeToLive">) => ({
  DefaultMessageTimeToLive: atMost(defaultMessageTimeToLive, MAX_TIME_TO_LIVE),
});

const receiving = (
  entity: Pick<
    Queue,
    | "defaultMessageTimeToLive"
    | "lockDuration"
    | "maxDeliveryCount"
    | "deadLetteringOnMessageExpiration"
  >,
) => ({
  ...timeToLive(entity),
  LockDuration: entity.lockDuration,
  MaxDeliveryCount: entity.maxDeliveryCount,
  DeadLetteringOnMessageExpiration: entity.deadLetteringOnMessageExpiration,
  RequiresSession: false,
});

const sending = (
  entity: Pick<Queue, "requiresDuplicateDetection" | "duplicateDetectionHistoryTimeWindow">,
) => ({
  RequiresDuplicateDetection: entity.requiresDuplicateDetection,
  DuplicateDetectionHistoryTimeWindow: atMost(
    entity.duplicateDetectionHistoryTimeWindow,
    MAX_DUPLICATE_WINDOW,
  ),
});

function ruleOf({ name, sqlFilter, correlationFilter }: Rule): object {
  const capital = (key: string) => key[0]?.toUpperCase() + key.slice(1);
  return {
    Name: name,
    Properties:
      sqlFilter === undefined
        ? {
            FilterType: "Correlation",
            CorrelationFilter: Object.fromEntries(
              Object.entries(correlationFilter ?? {}).map(([key, value]) => [capital(key), value]),
            ),
          }
        : { FilterType: "Sql", SqlFilter: { SqlExpression: sqlFilter } },
  };
}
