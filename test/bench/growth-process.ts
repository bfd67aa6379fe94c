import { setTimeout as pause } from "node:timers/promises";
import { TableClient } from "@azure/data-tables";
import * as z from "zod";
import { AFTER_CLIENTS, accountKey, CLIENT } from "../../shared/adapters/records/client-rows.ts";
import { productCalls } from "./product-calls.ts";
import { childInput } from "./run-child.ts";

/** Times create and list on several clouds in turn, and the one table query of that list by itself. */
const Side = z.object({
  name: z.string(),
  api: z.url(),
  token: z.string(),
  subscription: z.string(),
  tables: z.string(),
});
const { sides, warmUp, rounds } = childInput(
  z.object({ sides: z.array(Side), warmUp: z.int(), rounds: z.int() }),
);
/** A second after a create its consumer is at work. */
const SETTLE_MS = 1_300;
const PAGE = 20;

const opened = new Map<string, TableClient>();
function table(connectionString: string): TableClient {
  const client =
    opened.get(connectionString) ??
    TableClient.fromConnectionString(connectionString, "clients", {
      allowInsecureConnection: true,
    });
  opened.set(connectionString, client);
  return client;
}

const samples: Record<string, { create: number[]; list: number[]; query: number[] }> = {};
for (let round = -warmUp; round < rounds; round += 1) {
  const inTurn = round % 2 === 0 ? sides : sides.toReversed();
  const timed = async (
    name: string,
    operation: "create" | "list" | "query",
    call: () => Promise<unknown>,
  ) => {
    const startedAt = performance.now();
    await call();
    const elapsed = performance.now() - startedAt;
    samples[name] ??= { create: [], list: [], query: [] };
    if (round >= 0) samples[name][operation].push(elapsed);
  };
  for (const { name, api, token } of inTurn)
    await timed(name, "create", productCalls(api, token).create);
  await pause(SETTLE_MS);
  for (const { name, api, token, subscription, tables } of inTurn) {
    await timed(name, "list", () => productCalls(api, token).list(PAGE));
    const { partitionKey } = accountKey(subscription);
    const filter = `PartitionKey eq '${partitionKey}' and RowKey ge '${CLIENT}' and RowKey lt '${AFTER_CLIENTS}'`;
    const pages = table(tables)
      .listEntities({ queryOptions: { filter } })
      .byPage({ maxPageSize: PAGE });
    await timed(name, "query", () => pages.next());
  }
}
process.send?.(samples);
