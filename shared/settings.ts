import * as z from "zod";
import { SignInAudience } from "./clients/client.ts";
import { duration, guid, httpsUrl, list, text, wholeNumber } from "./setting-kinds.ts";

/**
 * The only reader of the environment. Every setting stands here once, with its meaning, unit and default;
 * docs/settings.md is generated from it.
 */

const shape = {
  DIRECTORY_TENANT_ID: text("Tenant (GUID or domain) whose directory holds the clients"),
  DIRECTORY_CLIENT_ID: guid("Client id of this backend's own app registration in that tenant"),
  DIRECTORY_CREDENTIAL: z
    .enum(["secret", "certificate", "federated"])
    .describe("How the backend proves who it is: `secret`, `certificate` or `federated`"),
  DIRECTORY_CLIENT_SECRET: text("The backend's client secret (`secret`)").optional(),
  DIRECTORY_CLIENT_CERTIFICATE: text(
    "Certificate and private key as PEM, as it stands or in Base64 (`certificate`)",
  ).optional(),
  DIRECTORY_CLIENT_CERTIFICATE_PATH: text(
    "Path of a file with the same, where there is one (`certificate`)",
  ).optional(),
  MANAGED_IDENTITY_CLIENT_ID: guid(
    "Client id of the user-assigned managed identity (`federated`)",
  ).optional(),
  DIRECTORY_AUTHORITY: httpsUrl(
    "Token authority; any other than the public one switches instance discovery off",
  ).default("https://login.microsoftonline.com"),
  GRAPH_BASE_URL: httpsUrl("Microsoft Graph, without the version").default(
    "https://graph.microsoft.com",
  ),
  GRAPH_SCOPE: text(
    "Scope of the tokens for Microsoft Graph; national clouds have their own",
  ).default("https://graph.microsoft.com/.default"),
  RESOURCE_APP_ID: guid("Client id of the resource API's app registration"),
  APP_READ_ROLE_ID: guid("Id of its app role `api.read`"),
  APP_WRITE_ROLE_ID: guid("Id of its app role `api.write`"),
  CLIENT_SIGN_IN_AUDIENCE: SignInAudience.default("AzureADandPersonalMicrosoftAccount").describe(
    "Sign-in audience of new clients; the default holds 2 secrets and 90 characters of name",
  ),
  TOKEN_ENDPOINT: z.url().describe("Token endpoint customers are told to call"),
  RESOURCE_SCOPE: text("Scope customers are told to ask for: `<Application ID URI>/.default`"),
  CUSTOMER_ISSUER: z.url().describe("`iss` of customers' access tokens"),
  CUSTOMER_METADATA_URL: httpsUrl(
    "Discovery document of that issuer, where it is not `<issuer>/.well-known/openid-configuration` (B2C policies)",
  ).optional(),
  CUSTOMER_AUDIENCE: text("`aud` of customers' access tokens"),
  SUBSCRIPTION_CLAIM: text("Claim that names the customer's subscription").default(
    "extension_subscriptionId",
  ),
  OPERATOR_ISSUER: z.url().describe("`iss` of operators' access tokens"),
  OPERATOR_METADATA_URL: httpsUrl(
    "Discovery document of that issuer, where it is not at the usual place",
  ).optional(),
  OPERATOR_AUDIENCE: text("`aud` of operators' access tokens"),
  OPERATOR_ROLE: text("App role an operator's token must carry").default("Consent.Approve"),
  RecordsConnection: text("Connection string of the storage account with the tables").optional(),
  RecordsConnection__tableServiceUri: httpsUrl(
    "Table endpoint, when the service signs in with its identity",
  ).optional(),
  RecordsConnection__clientId: guid(
    "Client id of the user-assigned identity for the tables",
  ).optional(),
  RecordsConnection__credential: z
    .literal("managedidentity")
    .describe("Kind of credential behind RecordsConnection__clientId")
    .optional(),
  ServiceBusConnection: text("Connection string of the Service Bus namespace").optional(),
  ServiceBusConnection__fullyQualifiedNamespace: text(
    "Host name of the namespace, when the service signs in with its identity",
  ).optional(),
  ServiceBusConnection__clientId: guid(
    "Client id of the user-assigned identity for the bus",
  ).optional(),
  ServiceBusConnection__credential: z
    .literal("managedidentity")
    .describe("Kind of credential behind ServiceBusConnection__clientId")
    .optional(),
  CONSENT_SLA: duration("PT24H", "How soon an administrator decides on a new client (ISO 8601)"),
  ALERT_WEBHOOK_URL: z.url().describe("Receiver of signed alerts (Standard Webhooks)").optional(),
  ALERT_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/=]{32,}$/, {
      error: "must be whsec_ and 24 or more bytes in Base64",
    })
    .describe("Key the alerts are signed with: `whsec_` and at least 24 bytes in Base64")
    .optional(),
  ADMIN_CONSENT_URL: z
    .url()
    .includes("{appId}", { error: "must contain {appId}" })
    .default(
      "https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/{appId}/isMSAApp~/false",
    )
    .describe(
      "The page where an administrator consents to a client; `{appId}` stands for its client id",
    ),
  MAX_CLIENTS_PER_SUBSCRIPTION: wholeNumber(1, 10_000, 10, "Clients a subscription may have"),
  SECRET_MAX_LIFETIME_DAYS: wholeNumber(1, 730, 365, "Longest lifetime of a secret, in days"),
  SUBSCRIPTION_WRITES_PER_MINUTE: wholeNumber(
    1,
    100_000,
    30,
    "Changes of the directory one subscription may ask for in a minute",
  ),
  CORS_ORIGINS: list("Origins of browsers that may call the API, separated by commas"),
  RECONCILE_AFTER: duration(
    "PT2M",
    "Age from which an unfinished operation counts as abandoned (ISO 8601); longer than any request takes",
  ),
  RECONCILE_SCHEDULE: text("When the reconciler runs (NCRONTAB, six fields)").default(
    "0 * * * * *",
  ),
};

const Environment = z.object(shape);
type Environment = z.infer<typeof Environment>;
type Present = Readonly<Record<string, string | undefined>>;

/** What no single setting can say: which ones another one makes necessary. */
function unmetNeeds(env: Present): string[] {
  const need = (name: string, unless: boolean, why: string): string[] =>
    unless ? [] : [`${name} is missing: ${why}`];
  const credential = env["DIRECTORY_CREDENTIAL"];
  const credentialNeeds = (kind: string, name: string) =>
    need(name, credential !== kind || !!env[name], `DIRECTORY_CREDENTIAL is ${kind}`);
  const connectionNeeds = (name: string, endpoint: string) =>
    need(name, !!(env[name] || env[endpoint]), `set it or ${endpoint}`);
  return [
    ...credentialNeeds("secret", "DIRECTORY_CLIENT_SECRET"),
    ...need(
      "DIRECTORY_CLIENT_CERTIFICATE",
      credential !== "certificate" ||
        !!(env["DIRECTORY_CLIENT_CERTIFICATE"] || env["DIRECTORY_CLIENT_CERTIFICATE_PATH"]),
      "DIRECTORY_CREDENTIAL is certificate; set it or DIRECTORY_CLIENT_CERTIFICATE_PATH",
    ),
    ...credentialNeeds("federated", "MANAGED_IDENTITY_CLIENT_ID"),
    ...connectionNeeds("RecordsConnection", "RecordsConnection__tableServiceUri"),
    ...connectionNeeds("ServiceBusConnection", "ServiceBusConnection__fullyQualifiedNamespace"),
    ...need("ALERT_WEBHOOK_URL", !!env["ALERT_WEBHOOK_URL"], "alerts need at least one channel"),
    ...need(
      "ALERT_WEBHOOK_SECRET",
      !env["ALERT_WEBHOOK_URL"] || !!env["ALERT_WEBHOOK_SECRET"],
      "ALERT_WEBHOOK_URL is set",
    ),
  ];
}

/** How a service is reached: exactly the two forms a Functions trigger understands, so both always agree. */
export type Connection =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | { readonly kind: "identity"; readonly endpoint: string; readonly clientId: string | undefined };

/** Who may be a caller: the issuer, audience and keys one kind of token is held against. */
export interface TokenPolicy {
  readonly issuer: string;
  readonly metadataUrl: string;
  readonly audience: string;
}

export type DirectoryCredential =
  | { readonly kind: "secret"; readonly clientSecret: string }
  | { readonly kind: "certificate"; readonly certificate: string }
  | { readonly kind: "certificate"; readonly certificatePath: string }
  | { readonly kind: "federated"; readonly managedIdentityClientId: string };

export type Settings = ReturnType<typeof arrange>;

/** Thrown once at start with everything that is wrong. Names settings, never their values. */
export class SettingsError extends Error {
  readonly code = "INVALID_SETTINGS";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `Latchkey cannot start; mend these settings:\n${problems.map((p) => `  - ${p}`).join("\n")}`,
    );
    this.name = "SettingsError";
    this.problems = problems;
  }
}

/**
 * Reads and checks all settings at once.
 *
 * @throws SettingsError with one line for each missing or wrong setting
 */
export function readSettings(env: Present = process.env): Settings {
  // An empty app setting is how the portal and azd leave one unset.
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(present);
  const wrong = parsed.error?.issues.map((issue) => {
    const name = issue.path.join(".");
    return present[name] === undefined
      ? `${name} is missing: ${description(name)}`
      : `${name} is wrong: ${issue.message}`;
  });
  const problems = [...(wrong ?? []), ...unmetNeeds(present)];
  if (parsed.success && problems.length === 0) return arrange(parsed.data);
  throw new SettingsError(problems);
}

const description = (name: string): string | undefined =>
  name in shape ? shape[name as keyof typeof shape].description : undefined;

/** Name, meaning and default of every setting, in the order in which they are documented. */
export const settingNames = Object.keys(shape) as readonly (keyof typeof shape)[];
export const settingsSchema = z.object(shape);

function arrange(env: Environment) {
  return Object.freeze({
    directory: Object.freeze({
      tenantId: env.DIRECTORY_TENANT_ID,
      clientId: env.DIRECTORY_CLIENT_ID,
      credential: directoryCredential(env),
      authority: env.DIRECTORY_AUTHORITY,
      graphBaseUrl: env.GRAPH_BASE_URL,
      graphScope: env.GRAPH_SCOPE,
    }),
    resource: Object.freeze({
      appId: env.RESOURCE_APP_ID,
      roleIds: { "api.read": env.APP_READ_ROLE_ID, "api.write": env.APP_WRITE_ROLE_ID },
    }),
    clientSignInAudience: env.CLIENT_SIGN_IN_AUDIENCE,
    tokenEndpoint: env.TOKEN_ENDPOINT,
    resourceScope: env.RESOURCE_SCOPE,
    customers: tokenPolicy(env.CUSTOMER_ISSUER, env.CUSTOMER_METADATA_URL, env.CUSTOMER_AUDIENCE),
    subscriptionClaim: env.SUBSCRIPTION_CLAIM,
    operators: tokenPolicy(env.OPERATOR_ISSUER, env.OPERATOR_METADATA_URL, env.OPERATOR_AUDIENCE),
    operatorRole: env.OPERATOR_ROLE,
    records: connection(
      env.RecordsConnection,
      env.RecordsConnection__tableServiceUri,
      env.RecordsConnection__clientId,
    ),
    bus: connection(
      env.ServiceBusConnection,
      env.ServiceBusConnection__fullyQualifiedNamespace,
      env.ServiceBusConnection__clientId,
    ),
    consentSlaMs: env.CONSENT_SLA,
    alertWebhook:
      env.ALERT_WEBHOOK_URL && env.ALERT_WEBHOOK_SECRET
        ? { url: env.ALERT_WEBHOOK_URL, secret: env.ALERT_WEBHOOK_SECRET }
        : undefined,
    grantUrl: (appId: string) => env.ADMIN_CONSENT_URL.replace("{appId}", appId),
    limits: Object.freeze({
      maxClients: env.MAX_CLIENTS_PER_SUBSCRIPTION,
      writesPerMinute: env.SUBSCRIPTION_WRITES_PER_MINUTE,
      secretMaxLifetimeDays: env.SECRET_MAX_LIFETIME_DAYS,
    }),
    corsOrigins: env.CORS_ORIGINS,
    reconcileAfterMs: env.RECONCILE_AFTER,
    reconcileSchedule: env.RECONCILE_SCHEDULE,
  });
}

function directoryCredential(env: Environment): DirectoryCredential {
  switch (env.DIRECTORY_CREDENTIAL) {
    case "secret":
      return { kind: "secret", clientSecret: env.DIRECTORY_CLIENT_SECRET ?? "" };
    case "certificate":
      return env.DIRECTORY_CLIENT_CERTIFICATE
        ? { kind: "certificate", certificate: env.DIRECTORY_CLIENT_CERTIFICATE }
        : { kind: "certificate", certificatePath: env.DIRECTORY_CLIENT_CERTIFICATE_PATH ?? "" };
    case "federated":
      return { kind: "federated", managedIdentityClientId: env.MANAGED_IDENTITY_CLIENT_ID ?? "" };
  }
}

function tokenPolicy(
  issuer: string,
  metadataUrl: string | undefined,
  audience: string,
): TokenPolicy {
  const usual = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  return { issuer, metadataUrl: metadataUrl ?? usual, audience };
}

function connection(
  connectionString: string | undefined,
  endpoint: string | undefined,
  clientId: string | undefined,
): Connection {
  // The Functions host lets the plain name win over the prefix; so do we.
  return connectionString
    ? { kind: "connectionString", connectionString }
    : { kind: "identity", endpoint: endpoint ?? "", clientId };
}
