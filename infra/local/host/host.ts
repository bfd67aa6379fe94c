import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdminEndpoint } from "./admin.ts";
import type { StartEngine } from "./engine.ts";
import { readHostJson } from "./host-json.ts";
import { createHttpRoutes } from "./http-routes.ts";
import { createHttpServer } from "./http-server.ts";
import { createInvoker, type Invocation } from "./invoke.ts";
import { createLog } from "./log.ts";
import { startServiceBusTriggers } from "./service-bus-triggers.ts";
import { createTimers } from "./timers.ts";

/** How long functions at work may go on after the order to stop; Azure's own grace is longer, a person's patience is not. */
const DRAIN_MS = 10_000;

/** How long the app's `appTerminate` hooks may take: then Azure's host kills its worker. */
const TERMINATE_MS = 5_000;

export interface HostOptions {
  /** Where `host.json` and `package.json` lie. */
  readonly folder: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly startEngine: StartEngine;
  readonly write: (line: string) => void;
  readonly report: (invocation: Invocation) => void;
  /** A function took longer than `functionTimeout`. */
  readonly timedOut: () => void;
}

export interface Host {
  readonly port: number;
  readonly functionNames: readonly string[];
  /** Takes nothing new, lets what is at work finish, runs the app's `appTerminate` hooks. */
  stop(): Promise<void>;
}

/** @throws with one clear message when the app cannot be loaded, a trigger cannot be served or the port is taken. */
export async function startHost(options: HostOptions): Promise<Host> {
  const hostJson = await readHostJson(options.folder);
  const log = createLog(hostJson.logging.logLevel.default, options.write);
  const engine = await options.startEngine(options.folder, log);

  const { report, timedOut } = options;
  const timeoutMs = hostJson.functionTimeout;
  const invoker = createInvoker({ engine, log, report, timeoutMs, timedOut });
  const timers = createTimers(engine, invoker, log);
  const server = createHttpServer({
    findRoute: createHttpRoutes(
      engine.functions.values(),
      hostJson.extensions.http.routePrefix,
      log,
    ),
    invoker,
    admin: createAdminEndpoint(engine, timers.runNow),
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const serviceBus = await startServiceBusTriggers(
    engine,
    invoker,
    hostJson.extensions.serviceBus,
    log,
  );
  timers.start();

  return {
    port: (server.address() as AddressInfo).port,
    functionNames: [...engine.functions.keys()],
    stop: async () => {
      timers.stop();
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      const drained = serviceBus.pause().then(async () => {
        await invoker.idle();
        await serviceBus.close();
      });
      await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS))]);
      server.closeAllConnections();
      await closed;
      const given = new Promise<"late">((late) => setTimeout(() => late("late"), TERMINATE_MS));
      if ((await Promise.race([engine.terminate(), given])) === "late") {
        log.write("error", `The app's terminate hooks took over ${TERMINATE_MS} ms and were cut.`);
      }
    },
  };
}
