import { randomBytes } from "node:crypto";
import type { Topology } from "../../topology.ts";
import type { LocalService } from "../service.ts";
import { openStore, type Store } from "../store.ts";
import type { Tap } from "../tap.ts";
import { Broker, type EntityCounts } from "./broker.ts";
import type { Counts } from "./counts.ts";
import { Listener } from "./listener.ts";
import type { SasKey } from "./sas-token.ts";

export interface LocalBusOptions {
  /** 0 = any free one. */
  readonly port: number;
  /** A path, or `:memory:`. */
  readonly dataFile: string;
  readonly topology: Topology;
  readonly tap: Tap;
  readonly host?: "127.0.0.1";
}

/** The Service Bus of the local cloud. */
export interface LocalBus extends LocalService {
  readonly settings: { readonly ServiceBusConnection: string };
  readonly port: number;
  /** Down: the socket is closed and every connection cut, the data kept. Up again on the same port. */
  setDown(down: boolean): Promise<void>;
  /** Hanging: sockets are accepted and nothing is answered; what is open is cut when that is over. */
  setHanging(hanging: boolean): void;
  /** What happened in this process, in messages. */
  counts(): Readonly<Counts>;
  /** @throws BusError `amqp:not-found` */
  entity(path: string): EntityCounts;
  /** How many scheduled messages of an entity come within so many milliseconds. @throws BusError `amqp:not-found` */
  dueWithin(path: string, milliseconds: number): number;
}

const KEY_NAME = "RootManageSharedAccessKey";

/**
 * Starts an AMQP 1.0 broker that the official Service Bus SDK takes for Azure's.
 *
 * @throws an error with code `EADDRINUSE` when the port is taken
 */
export async function startBus(options: LocalBusOptions): Promise<LocalBus> {
  const { topology, tap, host = "127.0.0.1" } = options;
  const store = openStore(options.dataFile);
  const key = sasKey(store);
  const broker = new Broker(topology, store);
  const listener = new Listener({ broker, tap, key });
  let port: number;
  try {
    port = await listener.open(options.port, host);
  } catch (cause) {
    broker.stop();
    store.close();
    throw cause;
  }
  const connection = [
    `Endpoint=sb://${host}:${port}`,
    `SharedAccessKeyName=${key.name}`,
    `SharedAccessKey=${key.key}`,
    "UseDevelopmentEmulator=true",
  ];
  let isStopped = false;
  return {
    settings: { ServiceBusConnection: `${connection.join(";")};` },
    port,
    counts: () => ({ ...broker.counts }),
    entity: (path) => broker.count(path),
    dueWithin: (path, milliseconds) => broker.countDue(path, Date.now() + milliseconds),
    setDown: async (down) => {
      if (down) await listener.close();
      else await listener.open(port, host);
    },
    setHanging: (hanging) => listener.setHanging(hanging),
    reset: async () => {
      broker.reset();
      saveKey(store, key);
    },
    stop: async () => {
      await listener.close();
      broker.stop();
      if (!isStopped) store.close();
      isStopped = true;
    },
  };
}

/** Made at the first start and kept with the data, so that a host that outlives a restart stays signed in. */
function sasKey(store: Store): SasKey {
  const saved = store.shelf<string>("keys").get(KEY_NAME);
  const key = { name: KEY_NAME, key: saved ?? randomBytes(32).toString("base64url") };
  if (saved === undefined) saveKey(store, key);
  return key;
}

function saveKey(store: Store, { name, key }: SasKey): void {
  store.shelf<string>("keys").put(name, key);
}
