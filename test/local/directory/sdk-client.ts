/**
 * Run as a process of its own by sdk.test.ts, because Node reads `NODE_EXTRA_CA_CERTS` at start only: unmodified MSAL and
 * Graph client against the local directory over https. Prints one line of JSON.
 */
import { env, stdout } from "node:process";
import { ClientSecretCredential } from "@azure/identity";
import { Client } from "@microsoft/microsoft-graph-client";
import { TokenCredentialAuthenticationProvider } from "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js";

const setting = (name: string): string => env[name] ?? "";

const credential = new ClientSecretCredential(
  setting("DIRECTORY_TENANT_ID"),
  setting("DIRECTORY_CLIENT_ID"),
  setting("DIRECTORY_CLIENT_SECRET"),
  { authorityHost: setting("DIRECTORY_AUTHORITY"), disableInstanceDiscovery: true },
);
const graph = Client.initWithMiddleware({
  baseUrl: setting("GRAPH_BASE_URL"),
  customHosts: new Set([new URL(setting("GRAPH_BASE_URL")).hostname]),
  authProvider: new TokenCredentialAuthenticationProvider(credential, {
    scopes: ["https://graph.microsoft.com/.default"],
  }),
});

const application = await graph.api("/applications").post({ displayName: "By the SDK" });
const secret = await graph.api(`/applications/${application.id}/addPassword`).post({});
const list = await graph
  .api("/applications")
  .filter(`id eq '${application.id}'`)
  .select("id")
  .get();
const batch = await graph.api("/$batch").post({
  requests: [{ id: "1", method: "GET", url: `/applications/${application.id}` }],
});
const missing = await graph
  .api(`/applications/${application.appId}`)
  .get()
  .catch((error: { statusCode: number; code: string }) => [error.statusCode, error.code]);
stdout.write(
  JSON.stringify({
    listed: list.value.length,
    secretLength: secret.secretText.length,
    batched: batch.responses[0].status,
    missing,
  }),
);
