import * as z from "zod";
import { productCalls } from "./product-calls.ts";
import { runChild } from "./run-child.ts";
import { seedClients } from "./seed.ts";
import { openStage, type Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const PAGE = 20;
const SMALL = 100;
const LARGE = 100_000;
/** Of the largest subscription: as many as leave room for the creates that are measured. */
const LARGEST_SUBSCRIPTION = 9_900;
const Samples = z.record(
  z.string(),
  z.object({ create: z.array(z.number()), list: z.array(z.number()), query: z.array(z.number()) }),
);

/** Milliseconds, medians; ratios to the cloud with few clients. */
export interface GrowthFigures {
  readonly clients: string;
  readonly create: number;
  readonly list: number;
  /** The one table query of that list, made by the SDK alone. */
  readonly query: number;
  readonly createRatio: number;
  readonly listRatio: number;
}

/** Of all the others: with its account one transaction. */
const SUBSCRIPTION = 99;

/** So many clients in the records; those of `extra` in the subscriptions it names. */
async function fill(
  stage: Stage,
  total: number,
  extra: readonly { readonly subscription: string; readonly clients: number }[],
): Promise<void> {
  const rest = total - extra.reduce((sum, { clients }) => sum + clients, 0);
  const spread = Array.from(
    { length: Math.max(0, Math.ceil(rest / SUBSCRIPTION)) },
    (_, index) => ({
      subscription: `seeded-${index}`,
      clients: SUBSCRIPTION,
    }),
  );
  await seedClients(stage.cloud.addresses.tables, [...extra, ...spread]);
}

/** A page of real clients, so that a list has something to ask the directory for. */
async function makePage(stage: Stage, subscription: string): Promise<void> {
  const calls = productCalls(stage.cloud.addresses.api, await stage.token(subscription));
  for (let made = 0; made < PAGE; made += 1) await calls.create();
}

/** Two clouds side by side, one with few clients and one with many, asked in turn. */
export async function measureGrowth(options: {
  readonly latencyMs: number;
  readonly rounds: number;
}): Promise<GrowthFigures[]> {
  const [small, large] = [await openStage(options.latencyMs), await openStage(options.latencyMs)];
  try {
    await fill(small, SMALL, []);
    await fill(large, LARGE, [{ subscription: "huge", clients: LARGEST_SUBSCRIPTION }]);
    await makePage(small, "bench");
    await makePage(large, "bench");
    await makePage(large, "huge");
    const side = async (name: string, { cloud, token }: Stage, subscription: string) => ({
      name,
      api: cloud.addresses.api,
      token: await token(subscription),
      subscription,
      tables: cloud.addresses.tables,
    });
    const names = {
      few: `${SMALL}`,
      many: `${LARGE.toLocaleString("en")}, ${SUBSCRIPTION} to a subscription`,
      huge: `the same, in a subscription of ${LARGEST_SUBSCRIPTION.toLocaleString("en")}`,
    };
    const samples = await runChild(new URL("growth-process.ts", import.meta.url), {
      environment: {},
      input: {
        sides: [
          await side(names.few, small, "bench"),
          await side(names.many, large, "bench"),
          await side(names.huge, large, "huge"),
        ],
        warmUp: 8,
        rounds: options.rounds,
      },
      answer: Samples,
    });
    const middle = (name: string, operation: "create" | "list" | "query") =>
      median(samples[name]?.[operation] ?? []);
    return Object.values(names).map((name) => ({
      clients: name,
      create: middle(name, "create"),
      list: middle(name, "list"),
      query: middle(name, "query"),
      createRatio: middle(name, "create") / middle(names.few, "create"),
      listRatio: middle(name, "list") / middle(names.few, "list"),
    }));
  } finally {
    await small.stop();
    await large.stop();
  }
}
