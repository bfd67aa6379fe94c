import { readFileSync } from "node:fs";
import { Temporal } from "temporal-polyfill";
import * as z from "zod";

/**
 * The one list of queues, topics and tables, parsed. Bicep reads the same file with `loadJsonContent`, so the property
 * names are those of Azure's resource schema (Microsoft.ServiceBus/namespaces 2024-01-01) and every default is Azure's.
 */

/** ISO 8601, as Bicep wants it. Months and years are refused: their length depends on a calendar. */
const duration = z.string().refine(
  (text) => {
    try {
      Temporal.Duration.from(text).total("milliseconds");
      return true;
    } catch {
      return false;
    }
  },
  { message: "must be an ISO 8601 duration of weeks, days, hours, minutes and seconds" },
);

/** No longer than Azure takes. */
const atMost = (longest: string) =>
  duration.refine((text) => milliseconds(text) <= milliseconds(longest), {
    message: `must not be longer than ${longest}`,
  });

/** `TimeSpan.MaxValue`: what Azure stores where a message never expires. */
const NEVER = "P10675199D";

const name = z.string().min(1).max(260);

const correlationFilter = z.strictObject({
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  contentType: z.string().optional(),
  correlationId: z.string().optional(),
  label: z.string().optional(),
  messageId: z.string().optional(),
  replyTo: z.string().optional(),
  replyToSessionId: z.string().optional(),
  sessionId: z.string().optional(),
  to: z.string().optional(),
});
export type CorrelationFilter = z.infer<typeof correlationFilter>;

const rule = z
  .strictObject({
    name: name.max(50),
    sqlFilter: z.string().min(1).optional(),
    correlationFilter: correlationFilter.optional(),
  })
  .refine((value) => (value.sqlFilter === undefined) !== (value.correlationFilter === undefined), {
    message: "a rule has either a sqlFilter or a correlationFilter",
  });
export type Rule = z.infer<typeof rule>;

const receiving = {
  lockDuration: atMost("PT5M").default("PT1M"),
  maxDeliveryCount: z.int().min(1).max(2000).default(10),
  defaultMessageTimeToLive: duration.default(NEVER),
  deadLetteringOnMessageExpiration: z.boolean().default(false),
};

const sending = {
  requiresDuplicateDetection: z.boolean().default(false),
  duplicateDetectionHistoryTimeWindow: atMost("P7D").default("PT10M"),
};

const queue = z.strictObject({ name, ...receiving, ...sending });
export type QueueSettings = z.infer<typeof queue>;

const subscription = z.strictObject({
  name: name.max(50),
  ...receiving,
  /** None means everything, as Azure's own `$Default` rule does. */
  rules: z.array(rule).default([]),
});
export type SubscriptionSettings = z.infer<typeof subscription>;

const topic = z.strictObject({
  name,
  defaultMessageTimeToLive: duration.default(NEVER),
  ...sending,
  subscriptions: z.array(subscription).default([]),
});
export type TopicSettings = z.infer<typeof topic>;

export const Topology = z.strictObject({
  queues: z.array(queue),
  topics: z.array(topic),
  tables: z.array(z.string()),
});
export type Topology = z.infer<typeof Topology>;

/**
 * @param path defaults to `topology.json` beside this file.
 * @throws ZodError naming every wrong property; SyntaxError when the file is no JSON.
 */
export function readTopology(path: string | URL = new URL("topology.json", import.meta.url)) {
  return Topology.parse(JSON.parse(readFileSync(path, "utf8")));
}

/** Milliseconds of an ISO 8601 duration that the schema above has accepted. */
export function milliseconds(text: string): number {
  return Temporal.Duration.from(text).total("milliseconds");
}
