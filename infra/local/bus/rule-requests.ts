import * as z from "zod";
import type { CorrelationFilter, Rule } from "../../topology.ts";
import { type AmqpValue, amqp } from "./amqp.ts";
import { BusError } from "./bus-error.ts";
import type { Entity } from "./entity.ts";
import { type Reply, readBody } from "./request.ts";
import type { Rules } from "./rules.ts";

/** Descriptor codes of rules on the wire (core-amqp `Constants.descriptorCodes`). */
const RULE_DESCRIPTION = 1_335_734_829_060;
const EMPTY_ACTION = 1_335_734_829_061;
const SQL_FILTER = 83_483_426_822;
const TRUE_FILTER = 83_483_426_823;
const FALSE_FILTER = 83_483_426_824;
const CORRELATION_FILTER = 83_483_426_825;

/** Azure reports the compatibility level of its SQL dialect with every SQL filter. */
const SQL_COMPATIBILITY = 20;

const text = z.string().nullish();
/** Azure's limit for the name of a rule. */
const ruleName = z.string().min(1).max(50);
const adding = z.object({
  "rule-name": ruleName,
  "rule-description": z.object({
    "sql-filter": z.object({ expression: z.string().min(1) }).nullish(),
    "correlation-filter": z
      .object({
        "correlation-id": text,
        "message-id": text,
        to: text,
        "reply-to": text,
        label: text,
        "session-id": text,
        "reply-to-session-id": text,
        "content-type": text,
        properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
      })
      .nullish(),
    "sql-rule-action": z.object({ expression: z.string().nullish() }).nullish(),
  }),
});
const removing = z.object({ "rule-name": z.string() });
const enumerating = z.object({ top: z.number(), skip: z.number() });

const DONE: Reply = { status: 200, description: "OK" };

/** @throws BusError `entity-already-exists`, or `argument-error` when the filter does not parse */
export function addRule(entity: Entity, body: unknown): Reply {
  const { "rule-name": name, "rule-description": description } = readBody(adding, body);
  if (description["sql-rule-action"]?.expression) {
    throw new BusError("amqp:not-implemented", "Rule actions are not implemented.");
  }
  const sqlFilter = description["sql-filter"]?.expression;
  const correlation = description["correlation-filter"] ?? undefined;
  const rule: Rule = {
    name,
    ...(sqlFilter === undefined ? {} : { sqlFilter }),
    ...(correlation === undefined ? {} : { correlationFilter: filterOf(correlation) }),
  };
  rulesOf(entity).add(rule);
  return DONE;
}

/** @throws BusError `amqp:not-found` */
export function removeRule(entity: Entity, body: unknown): Reply {
  rulesOf(entity).remove(readBody(removing, body)["rule-name"]);
  return DONE;
}

export function enumerateRules(entity: Entity, body: unknown): Reply {
  const { top, skip } = readBody(enumerating, body);
  const page = rulesOf(entity)
    .list()
    .slice(skip, skip + top);
  if (page.length === 0) return { status: 204, description: "No Content" };
  const rules = page.map((rule) => ({ "rule-description": describe(rule) }));
  return { ...DONE, body: { rules } };
}

/** @throws BusError `amqp:not-allowed` on anything but a subscription */
function rulesOf(entity: Entity): Rules {
  if (entity.rules) return entity.rules;
  throw new BusError("amqp:not-allowed", `'${entity.path}' has no rules: it is no subscription.`);
}

type WireFilter = NonNullable<z.infer<typeof adding>["rule-description"]["correlation-filter"]>;

function filterOf(wire: WireFilter): CorrelationFilter {
  const named = {
    contentType: wire["content-type"],
    correlationId: wire["correlation-id"],
    label: wire.label,
    messageId: wire["message-id"],
    replyTo: wire["reply-to"],
    replyToSessionId: wire["reply-to-session-id"],
    sessionId: wire["session-id"],
    to: wire.to,
    properties: wire.properties,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value != null));
}

function describe(rule: Rule): AmqpValue {
  const action = amqp.described(EMPTY_ACTION, amqp.list([]));
  return amqp.described(RULE_DESCRIPTION, amqp.list([describeFilter(rule), action, rule.name]));
}

function describeFilter({ sqlFilter, correlationFilter }: Rule): AmqpValue {
  if (sqlFilter === "1=1") return amqp.described(TRUE_FILTER, amqp.list([]));
  if (sqlFilter === "1=0") return amqp.described(FALSE_FILTER, amqp.list([]));
  if (sqlFilter !== undefined) {
    return amqp.described(SQL_FILTER, amqp.list([sqlFilter, amqp.int(SQL_COMPATIBILITY)]));
  }
  const filter = correlationFilter ?? {};
  const fields = [
    filter.correlationId,
    filter.messageId,
    filter.to,
    filter.replyTo,
    filter.label,
    filter.sessionId,
    filter.replyToSessionId,
    filter.contentType,
  ];
  // The SDK refuses a null where the map belongs, but takes its absence.
  const properties = filter.properties ? [amqp.map(filter.properties)] : [];
  return amqp.described(CORRELATION_FILTER, amqp.list([...fields, ...properties]));
}
