import { registerHooks } from "node:module";
import { join } from "node:path";

/**
 * Azurite's table service as a process of its own: started by `azurite.ts`, with its folder, perhaps the key of every account, and
 * an IPC channel to its parent. Its classes are used rather than its command because the command cannot tell which port it was
 * given, holds on to that port when its parent is killed, and sends telemetry unless told not to.
 */

/** Its telemetry is most of what it loads. Without it there is none to send, and it starts in a third of the time. */
const TELEMETRY = "applicationinsights";
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === TELEMETRY
      ? { url: `none:${TELEMETRY}`, format: "commonjs", shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === `none:${TELEMETRY}`
      ? { format: "commonjs", source: "", shortCircuit: true }
      : next(url, context),
});
const { default: configurationModule } = await import(
  "azurite/dist/src/table/TableConfiguration.js"
);
const { default: serverModule } = await import("azurite/dist/src/table/TableServer.js");
const { default: accountsModule } = await import("azurite/dist/src/common/AccountDataStore.js");

const KEEP_ALIVE_SECONDS = 60;
/** Newer SDKs name API versions that Azurite has not heard of. */
const SKIP_API_VERSION_CHECK = true;

const folder = process.argv[2] ?? ".";
const inMemory = folder === ":memory:";
/** Where clouds share this process, each has an account of its own, which exists from the first request on that names it. */
const anyAccountKey = process.argv[3];
if (anyAccountKey !== undefined) {
  const key1 = Buffer.from(anyAccountKey, "base64");
  accountsModule.default.prototype.getAccount = (name) => ({ name, key1 });
}
const server = new serverModule.default(
  new configurationModule.default(
    "127.0.0.1",
    0,
    KEEP_ALIVE_SECONDS,
    inMemory ? "tables.json" : join(folder, "tables.json"),
    false,
    false,
    undefined,
    undefined,
    false,
    SKIP_API_VERSION_CHECK,
    "",
    "",
    "",
    undefined,
    false,
    inMemory,
  ),
);
await server.start();

// The channel closes when the parent stops this process, and when the parent is killed. Either way the data is saved first.
process.once("disconnect", () => {
  server.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
// Ctrl-C reaches the whole group; the parent decides when this process ends.
process.on("SIGINT", () => undefined);
process.send?.({ port: Number(new URL(server.getHttpServerAddress()).port) });
