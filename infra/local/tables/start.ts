import { TableServiceClient } from "@azure/data-tables";
import type { LocalService } from "../service.ts";
import type { Tap } from "../tap.ts";
import { type Azurite, startAzurite } from "./azurite.ts";
import { startTablesProxy } from "./proxy.ts";
import type { TableRefusals } from "./refusals.ts";

/** The account that every storage emulator has, with the key that Microsoft published for it. */
const ACCOUNT = "devstoreaccount1";
const KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const connectionString = (port: number, account: string): string =>
  `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${KEY};TableEndpoint=http://127.0.0.1:${port}/${account};`;

/** An Azurite in memory that several clouds share, each by an account of its own. It ends with whoever started it. */
export const startSharedAzurite = (): Promise<Azurite> => startAzurite(":memory:", KEY);

/** A place in a shared Azurite. */
export interface SharedTables {
  readonly port: number;
  /** Nobody else's: 3 to 24 lower-case letters and digits. */
  readonly account: string;
}

export interface TablesOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** Where the data lies, or `:memory:`, or somebody else's Azurite. */
  readonly data: string | SharedTables;
  readonly tap: Tap;
  /** The tables that exist from the start. */
  readonly tables: readonly string[];
}

export interface LocalTables extends LocalService {
  readonly settings: { readonly RecordsConnection: string };
  readonly port: number;
  /** Settles, with a sentence, when Azurite ends without having been told to. */
  readonly died: Promise<string>;
  setDown(down: boolean): Promise<void>;
  /** Replaces what is refused. */
  setRefusals(refusals: TableRefusals): void;
  /** Operations by name, such as `insert clients`; see operation-name.ts. */
  counts(): Record<string, number>;
  resetCounts(): void;
}

/** What is shared is watched and stopped by whoever started it. */
async function azuriteFor(data: TablesOptions["data"]): Promise<Azurite & SharedTables> {
  if (typeof data === "string") return { ...(await startAzurite(data)), account: ACCOUNT };
  return { ...data, died: new Promise(() => undefined), stop: async () => undefined };
}

/** Table Storage: Azurite behind a proxy of ours. Keeps its data over restarts. */
export async function startTables(options: TablesOptions): Promise<LocalTables> {
  const azurite = await azuriteFor(options.data);
  try {
    // Straight to Azurite: what the cloud does for itself is not counted and not disturbed.
    const service = TableServiceClient.fromConnectionString(
      connectionString(azurite.port, azurite.account),
      {
        allowInsecureConnection: true,
      },
    );
    const createAll = () => Promise.all(options.tables.map((table) => service.createTable(table)));
    await createAll();
    const proxy = await startTablesProxy(options.port, azurite.port, options.tap);

    return {
      settings: { RecordsConnection: connectionString(proxy.port, azurite.account) },
      port: proxy.port,
      died: azurite.died,
      setDown: proxy.setDown,
      setRefusals: proxy.setRefusals,
      counts: proxy.counts,
      resetCounts: proxy.resetCounts,
      reset: async () => {
        const names: string[] = [];
        for await (const { name } of service.listTables()) if (name) names.push(name);
        await Promise.all(names.map((name) => service.deleteTable(name)));
        await createAll();
        proxy.resetCounts();
      },
      stop: async () => {
        await proxy.stop();
        await azurite.stop();
      },
    };
  } catch (error) {
    await azurite.stop();
    throw error;
  }
}
