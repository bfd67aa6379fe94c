import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isStale } from "../stale.ts";
import type { Topology } from "../topology.ts";
import type { Addresses } from "./addresses.ts";
import type { LocalBus } from "./bus/start.ts";
import { hostEnvironment, joinSettings } from "./cloud-settings.ts";
import type { LocalDirectory } from "./directory/start.ts";
import { startFaultsEndpoint } from "./faults/endpoint.ts";
import { createFaultTap } from "./faults/fault-tap.ts";
import type { Faults } from "./faults/faults.ts";
import { type HostHandle, spawnHost } from "./host/spawn.ts";
import type { LocalInbox } from "./inbox/start.ts";
import { anyFreePorts, explainBusyPort, type Ports } from "./ports.ts";
import { setting, startServices } from "./services.ts";
import { createStarter } from "./start-together.ts";
import { startStates } from "./states/start.ts";
import type { LocalTables, SharedTables } from "./tables/start.ts";
import { openTap, type Tap } from "./tap.ts";

export interface CloudOptions {
  /** Where everything durable lies: `.local`, or a temporary folder. Made when it is missing. */
  readonly folder: string;
  /** Nothing is durable, and only certificates lie in the folder. */
  readonly inMemory?: boolean;
  /** A place in an Azurite that runs already, for its tables; by default it starts one. */
  readonly sharedTables?: SharedTables;
  /** Any free port for what is left out. */
  readonly ports?: Partial<Ports>;
  /** How many hosts are started with it; the first has `ports.api`. */
  readonly hosts?: number;
  /** Wins over the settings that the cloud brings; `undefined` leaves one out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Asked after the faults' own. */
  readonly tap?: Tap;
  readonly flavour?: "b2c" | "entra";
  /** infra/topology.json unless a test needs shorter locks. */
  readonly topology?: Topology;
  /** False leaves `dist/` as it is; otherwise it is made anew when the sources are newer. */
  readonly build?: boolean;
  /** The folder of host.json and package.json; the repository's own by default. */
  readonly appFolder?: string;
  /** Told what is being done, for people. */
  readonly progress?: (sentence: string) => void;
  /** Told every line that a host writes. */
  readonly onHostLine?: (line: string) => void;
}

interface HostOptions {
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** On top of the cloud's settings. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface Cloud {
  /** The content of `.local/cloud.json`; `api` and `portal` are those of the first host. */
  readonly addresses: Addresses;
  /** The complete settings of the service. */
  readonly settings: Readonly<Record<string, string>>;
  readonly directory: LocalDirectory;
  readonly bus: LocalBus;
  readonly tables: LocalTables;
  readonly inbox: LocalInbox;
  /** Those started and not yet ended, oldest first. */
  readonly hosts: readonly HostHandle[];
  startHost(options?: HostOptions): Promise<HostHandle>;
  /** Replaces all faults; settles once they are in force. */
  setFaults(faults: Faults): Promise<void>;
  /** Forgets all data and faults; the hosts go on. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** This repository: its `package.json#main` is the bundle that Azure runs. */
const REPOSITORY = join(import.meta.dirname, "../..");

/**
 * Starts everything Azure, standing in: the services in this process, Azurite and the hosts in processes of their own that end
 * with it.
 *
 * @throws after stopping what had started, with one sentence when a port is taken.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { folder, flavour = "b2c", tap = openTap, progress = () => undefined } = options;
  const ports: Ports = { ...anyFreePorts, ...options.ports };
  const faultTap = createFaultTap();
  const starter = createStarter();
  await mkdir(folder, { recursive: true });

  try {
    if ((options.build ?? true) && (await isStale())) {
      progress("Building");
      // The bundler is loaded only when there is something to bundle.
      await (await import("../build.ts")).build();
    }
    progress("Starting the directory, the Service Bus, Table Storage and the inbox");
    const hosts: HostHandle[] = [];
    const services = await startServices(starter, {
      latchkey: () => `${hosts[0]?.origin ?? ""}/api`,
      folder,
      inMemory: options.inMemory ?? false,
      ...(options.sharedTables && { sharedTables: options.sharedTables }),
      ports,
      flavour,
      tap,
      faultTap,
      ...(options.topology && { topology: options.topology }),
    });
    const { directory, bus, tables, inbox, demoApi } = services;
    const otherChannels = { settings: { ...inbox.teamsSettings, ...inbox.emailSettings } };
    const place = {
      settings: {
        SAMPLE_CALL_URL: `${demoApi.origin}/tasks`,
        ...(ports.api > 0 && { PUBLIC_URL: `http://127.0.0.1:${ports.api}` }),
      },
    };
    const settings = joinSettings(
      [directory, bus, tables, inbox, otherChannels, place],
      options.environment ?? {},
    );

    let faults: Faults = {};
    const setFaults = async (next: Faults): Promise<void> => {
      const before = faults;
      faults = next;
      directory.setFaults(next.directory);
      inbox.setFaults(next.inbox);
      bus.setHanging(next.bus !== "down" && next.bus?.hang === true);
      tables.setRefusals(next.tables === undefined || next.tables === "down" ? {} : next.tables);
      for (const [name, service] of [["bus", bus] as const, ["tables", tables] as const]) {
        const wanted = next[name];
        faultTap.set(name, wanted === "down" ? undefined : wanted);
        const down = wanted === "down";
        if (down !== (before[name] === "down")) await service.setDown(down);
      }
    };
    const faultsEndpoint = await starter.start(
      startFaultsEndpoint({ port: ports.faults, current: () => faults, apply: setFaults }),
    );

    const startHost = async ({
      port = 0,
      environment = {},
    }: HostOptions = {}): Promise<HostHandle> => {
      const host = await spawnHost({
        environment: hostEnvironment(process.env, { ...settings, ...environment }),
        folder: options.appFolder ?? REPOSITORY,
        port,
        ...(options.onHostLine && { onLine: options.onHostLine }),
      });
      hosts.push(host);
      void host.exited.then(() => hosts.splice(hosts.indexOf(host), 1));
      return starter.start(Promise.resolve(host));
    };
    const states = await starter.start(
      startStates({
        port: ports.states,
        built: join(options.appFolder ?? REPOSITORY, "dist/portal"),
      }),
    );
    const count = options.hosts ?? 1;
    if (count > 0) progress("Starting the Functions host");
    for (let index = 0; index < count; index += 1) {
      await startHost({ port: index === 0 ? ports.api : 0 });
    }
    const origin = hosts[0]?.origin ?? `http://127.0.0.1:${ports.api}`;

    return {
      directory,
      bus,
      tables,
      inbox,
      settings,
      hosts,
      startHost,
      setFaults,
      addresses: {
        api: `${origin}/api`,
        portal: origin,
        graph: directory.graph,
        tokenEndpoint: setting(directory.settings, "TOKEN_ENDPOINT"),
        resourceScope: setting(directory.settings, "RESOURCE_SCOPE"),
        serviceBus: setting(bus.settings, "ServiceBusConnection"),
        tables: tables.settings.RecordsConnection,
        inbox: inbox.origin,
        demoApi: demoApi.origin,
        faults: faultsEndpoint.origin,
        states: states.origin,
        users: {
          ann: { subscription: "contoso", accessToken: await directory.issueUserToken("ann") },
          bob: { subscription: "fabrikam", accessToken: await directory.issueUserToken("bob") },
          olga: {
            roles: ["Consent.Approve"],
            accessToken: await directory.issueUserToken("olga"),
            graphToken: await directory.issueAdministratorGraphToken(),
          },
        },
      },
      reset: async () => {
        await setFaults({});
        await Promise.all(
          [directory, bus, tables, inbox, demoApi].map((service) => service.reset()),
        );
      },
      stop: starter.stopAll,
    };
  } catch (error) {
    await starter.stopAll();
    throw explainBusyPort(error, ports);
  }
}
