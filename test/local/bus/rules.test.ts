import { once } from "node:events";
import rhea from "rhea";
import { expect, test } from "vitest";
import { ask, signedIn } from "./raw.ts";
import { bus, codeOf, connect, topology } from "./with-bus.ts";

/** Rules as other SDKs write them, and as far as Azure lets them go. */

const events = topology({
  topics: [
    {
      name: "events",
      subscriptions: [
        { name: "true", rules: [{ name: "r", sqlFilter: "urgent = TRUE" }] },
        { name: "all" },
      ],
    },
  ],
});

const ALL = "events/Subscriptions/all";

async function addRule(name: string, description: Readonly<Record<string, unknown>>) {
  const local = await bus({ topology: events });
  const reply = await ask(await signedIn(local, "events"), `${ALL}/$management`, {
    application_properties: { operation: "com.microsoft:add-rule" },
    body: { "rule-name": name, "rule-description": description },
  });
  return { local, status: reply.application_properties["statusCode"] };
}

test("a rule whose other kinds of filter and whose action are null is taken (Java)", async () => {
  const { local, status } = await addRule("sql", {
    "sql-filter": { expression: "1=0" },
    "correlation-filter": null,
    "sql-rule-action": null,
  });
  expect(status).toBe(200);
  const rules = connect(local).createRuleManager("events", "all").listRules();
  const found = [];
  for await (const { name, filter } of rules) found.push([name, filter]);
  expect(found).toContainEqual(["sql", { sqlExpression: "1=0" }]);
});

test("a rule with an action is refused rather than kept without it", async () => {
  const { status } = await addRule("acts", {
    "sql-filter": { expression: "1=1" },
    "sql-rule-action": { expression: "SET a = 1" },
  });
  expect(status).toBe(501);
});

test.each([
  [50, 200],
  [51, 400],
])("a rule's name of %i characters is answered %i", async (length, expected) => {
  const { status } = await addRule("r".repeat(length), { "sql-filter": { expression: "1=1" } });
  expect(status).toBe(expected);
});

test("a name with a hyphen is a name only in brackets", async () => {
  const local = await bus({ topology: events });
  const manager = connect(local).createRuleManager("events", "all");
  expect(await codeOf(manager.createRule("plain", { sqlExpression: "my-name = 1" }))).toBe(
    "GeneralError",
  );
  await manager.createRule("bracketed", { sqlExpression: "[my-name] = 1" });
});

/** AMQP 1.0, 1.6.2: a boolean may have an octet of its own, as Python's SDK writes it. */
test("a boolean property is a boolean in either of its encodings", async () => {
  const local = await bus({ topology: events });
  const sender = (await signedIn(local, "events")).open_sender("events");
  await once(sender, "sendable");
  const octet: (value: number) => unknown = Reflect.get(rhea.types, "Boolean");
  for (const urgent of [octet(1), rhea.types.wrap_boolean(true), octet(0)]) {
    sender.send(rhea.message.encode({ application_properties: { urgent }, body: "x" }), "1", 0);
    await once(sender, "accepted");
  }
  expect(local.entity("events/Subscriptions/true").active).toBe(2);
});
