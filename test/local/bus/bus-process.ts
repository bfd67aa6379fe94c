import { startBus } from "../../../infra/local/bus/start.ts";
import { openTap } from "../../../infra/local/tap.ts";
import { topology } from "./restart-topology.ts";

/** A bus in a process of its own, so that a test can kill it. Prints its settings when it answers. */
const [, , dataFile = ":memory:"] = process.argv;
const local = await startBus({ port: 0, dataFile, topology, tap: openTap });
process.stdout.write(JSON.stringify(local.settings));
