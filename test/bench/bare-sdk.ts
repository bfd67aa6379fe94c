import { TableClient } from "@azure/data-tables";
import { ServiceBusClient } from "@azure/service-bus";
import { graphClient } from "../../shared/adapters/directory/transport.ts";
import { cachedToken } from "../../shared/adapters/identity/cached-token.ts";
import { directoryCredential } from "../../shared/adapters/identity/credentials.ts";
import { readSettings } from "../../shared/settings/settings.ts";
import { BARE_QUEUE } from "./bare-names.ts";

export type BareSdk = ReturnType<typeof bareSdk>;

/**
 * The SDK clients of the service, opened as it opens them, with nothing of it around them.
 *
 * @param queue where the messages of its operations go
 */
export function bareSdk(queue = BARE_QUEUE) {
  const settings = readSettings();
  const { records, bus } = settings;
  if (records.kind !== "connectionString" || bus.kind !== "connectionString")
    throw new Error("The local cloud speaks by connection strings");
  const table = (name: string) =>
    TableClient.fromConnectionString(records.connectionString, name, {
      allowInsecureConnection: true,
    });
  const token = cachedToken(
    directoryCredential(settings.directory),
    settings.directory.graphScope,
    Date.now,
  );
  const busClient = new ServiceBusClient(bus.connectionString);
  return {
    settings,
    clients: table("clients"),
    consents: table("consents"),
    /** The official client over one fetch, with a token that is fetched once. */
    graph: graphClient(settings.directory.graphBaseUrl, token),
    sender: busClient.createSender(queue),
    events: busClient.createSender("client-events"),
    close: () => busClient.close(),
  };
}
