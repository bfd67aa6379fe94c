import { TableClient } from "@azure/data-tables";
import { app } from "@azure/functions";
import { ClientSecretCredential } from "@azure/identity";
import { ServiceBusClient } from "@azure/service-bus";
import { Client } from "@microsoft/microsoft-graph-client";

/**
 * An app of one function and the SDKs alone: it fetches ahead what the service fetches ahead of the directory's token, the
 * tables and the bus, and answers a GET by one read of each. No settings are parsed and nobody's token is checked.
 */
const setting = (name: string): string => process.env[name] ?? "";

const clients = TableClient.fromConnectionString(setting("RecordsConnection"), "clients", {
  allowInsecureConnection: true,
});
const credential = new ClientSecretCredential(
  setting("DIRECTORY_TENANT_ID"),
  setting("DIRECTORY_CLIENT_ID"),
  setting("DIRECTORY_CLIENT_SECRET"),
  { authorityHost: setting("DIRECTORY_AUTHORITY"), disableInstanceDiscovery: true },
);
const token = async () =>
  (await credential.getToken("https://graph.microsoft.com/.default"))?.token ?? "";
const graph = Client.initWithMiddleware({
  baseUrl: setting("GRAPH_BASE_URL"),
  defaultVersion: "v1.0",
  middleware: {
    execute: async (context) => {
      const headers = { authorization: `Bearer ${await token()}` };
      context.response = await fetch(context.request, { ...context.options, headers });
    },
  },
  customHosts: new Set([new URL(setting("GRAPH_BASE_URL")).hostname]),
});

setImmediate(async () => {
  await Promise.all([token(), read("nobody", "nothing").catch(() => undefined)]);
  await new ServiceBusClient(setting("ServiceBusConnection"))
    .createSender("consent")
    .createMessageBatch();
});

const read = (partitionKey: string, rowKey: string) => clients.getEntity(partitionKey, rowKey);

app.http("bare-get", {
  route: "api/bench/{partitionKey}/{rowKey}/{id}",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async ({ params }) => {
    const { partitionKey = "", rowKey = "", id = "" } = params;
    const [row, application] = await Promise.all([
      read(partitionKey, rowKey),
      graph.api(`/applications/${id}`).get(),
    ]);
    return { jsonBody: { row, application } };
  },
});
