import { join } from "node:path";
import { readTopology, type Topology } from "../topology.ts";
import { startBus } from "./bus/start.ts";
import { followEvents } from "./demo-api/follow-events.ts";
import { ownToken } from "./demo-api/own-token.ts";
import { startDemoApi } from "./demo-api/start.ts";
import { startDirectory } from "./directory/start.ts";
import { composeTaps } from "./faults/fault-tap.ts";
import { startInbox } from "./inbox/start.ts";
import type { Ports } from "./ports.ts";
import type { Starter } from "./start-together.ts";
import { type SharedTables, startTables } from "./tables/start.ts";
import type { Tap } from "./tap.ts";

export interface ServicesOptions {
  readonly folder: string;
  /** Nothing but certificates lies in the folder: all data ends with this process. */
  readonly inMemory: boolean;
  /** Where the tables lie, unless in an Azurite of their own. */
  readonly sharedTables?: SharedTables;
  readonly ports: Ports;
  readonly flavour: "b2c" | "entra";
  /** Where the service's API is, once a host runs. */
  readonly latchkey: () => string;
  readonly tap: Tap;
  /** Not for the directory, which makes its own faults: it knows throttling and lag besides. */
  readonly faultTap: Tap;
  /** infra/topology.json unless a test needs shorter locks. */
  readonly topology?: Topology;
}

/** @throws when the service that should have brought the setting did not. */
export function setting(settings: Readonly<Record<string, string>>, name: string): string {
  const value = settings[name];
  if (value === undefined) throw new Error(`The local cloud brings no setting ${name}.`);
  return value;
}

/** Where B2C and Entra ID keep the keys that belong to a token endpoint. */
const keysUrl = (tokenEndpoint: string): string =>
  tokenEndpoint.replace(/\/oauth2\/v2\.0\/token$/, "/discovery/v2.0/keys");

/** The stand-ins for Azure's services, at once; the demo API after them, since it trusts the directory's tokens and follows the bus. */
export async function startServices(starter: Starter, options: ServicesOptions) {
  const { folder, ports, flavour, tap, faultTap, topology = readTopology() } = options;
  const place = (name: string): string => (options.inMemory ? ":memory:" : join(folder, name));
  const wireTap = composeTaps(faultTap, tap);
  const [directory, bus, tables, inbox] = await starter.together([
    starter.start(
      startDirectory({
        httpPort: ports.directory,
        httpsPort: ports.directoryHttps,
        dataFile: place("directory.db"),
        certificatesFolder: folder,
        tap,
        flavour,
      }),
    ),
    starter.start(startBus({ port: ports.bus, dataFile: place("bus.db"), topology, tap: wireTap })),
    starter.start(
      startTables({
        port: ports.tables,
        data: options.sharedTables ?? place("tables"),
        tap: wireTap,
        tables: topology.tables,
      }),
    ),
    starter.start(startInbox({ port: ports.inbox, dataFile: place("inbox.db") })),
  ]);
  const demoApi = await starter.start(
    startDemoApi({
      port: ports.demoApi,
      // One policy, or one tenant, signs customers' tokens and those of their clients.
      issuer: setting(directory.settings, "CUSTOMER_ISSUER"),
      keysUrl: keysUrl(setting(directory.settings, "TOKEN_ENDPOINT")),
      audience: setting(directory.settings, "RESOURCE_APP_ID"),
      latchkey: options.latchkey,
      ownToken: ownToken(directory.resourceCredential),
      openEvents: () => followEvents(setting(bus.settings, "ServiceBusConnection")),
    }),
  );
  return { directory, bus, tables, inbox, demoApi };
}
