import * as z from "zod";
import { SignInAudience } from "../clients/client.ts";
import { careSettingList } from "./care-settings.ts";
import { consentSettingList } from "./consent-settings.ts";
import { credentialSettingList } from "./credential-settings.ts";
import { keysSettingList } from "./keys-settings.ts";
import {
  audience,
  duration,
  guid,
  guids,
  httpsUrl,
  json,
  list,
  localOrigin,
  pemWithKey,
  risk,
  schedule,
  text,
  webUrl,
  wholeNumber,
} from "./setting-kinds.ts";

/**
 * Every setting stands here once, with its meaning, unit and default. `settings.ts` reads them, docs/settings.md is generated
 * from them, and the deployment is held against them.
 */
export const settingList = {
  DIRECTORY_TENANT_ID: text("Tenant (GUID or domain) whose directory holds the clients"),
  DIRECTORY_CLIENT_ID: guid("Client id of this backend's own app registration in that tenant"),
  DIRECTORY_CREDENTIAL: z
    .enum(["secret", "certificate", "federated"])
    .describe("How the backend proves who it is: `secret`, `certificate` or `federated`"),
  DIRECTORY_CLIENT_SECRET: text("The backend's client secret (`secret`)").optional(),
  DIRECTORY_CLIENT_CERTIFICATE: pemWithKey(
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
  APP_READ_ROLE_MEANING: text(
    "What a client with `api.read` may do, in words for those who consent to it",
  ).default("Read data"),
  APP_READ_ROLE_RISK: risk("How much could go wrong with it: `low`, `medium` or `high`", "low"),
  APP_WRITE_ROLE_MEANING: text("The same of `api.write`").default("Change data"),
  APP_WRITE_ROLE_RISK: risk("The same of `api.write`: `low`, `medium` or `high`", "high"),
  ...keysSettingList,
  CLIENT_SIGN_IN_AUDIENCE: SignInAudience.default("AzureADandPersonalMicrosoftAccount").describe(
    "Sign-in audience of new clients; the default holds 2 secrets and 90 characters of name",
  ),
  TOKEN_ENDPOINT: webUrl("Token endpoint customers are told to call"),
  RESOURCE_SCOPE: text("Scope customers are told to ask for: `<Application ID URI>/.default`"),
  SAMPLE_CALL_URL: webUrl(
    "Address of the resource API, to be read with `api.read`, that the portal's samples call",
  ).optional(),
  CUSTOMER_ISSUER: webUrl("`iss` of customers' access tokens"),
  CUSTOMER_METADATA_URL: httpsUrl(
    "Discovery document of that issuer, where it is not `<issuer>/.well-known/openid-configuration` (B2C policies)",
  ).optional(),
  CUSTOMER_AUDIENCE: audience("`aud` of customers' access tokens"),
  CUSTOMER_POLICIES: list(
    "User flows or custom policies of B2C that customers may sign in with (`tfp` or `acr` of their tokens), separated by commas; left out, any of the tenant",
  ).transform((policies) => policies.map((policy) => policy.toLowerCase())),
  SUBSCRIPTION_CLAIM: text("Claim that names the customer's subscription").default(
    "extension_subscriptionId",
  ),
  CUSTOMER_EMAIL_CLAIM: text(
    "Claim of customers' tokens with the person's mail address, as a text or a list whose first counts: `emails` in B2C user flows, `email` elsewhere",
  ).default("emails"),
  CUSTOMER_EMAIL_PROOF: list(
    "Claims of which one has to be true for that address to count, separated by commas; `issuer` when the issuer puts none there that it has not verified",
    "email_verified,xms_edov",
  ),
  OPERATOR_ISSUER: webUrl("`iss` of operators' access tokens"),
  OPERATOR_METADATA_URL: httpsUrl(
    "Discovery document of that issuer, where it is not at the usual place",
  ).optional(),
  OPERATOR_AUDIENCE: audience("`aud` of operators' access tokens"),
  OPERATOR_ROLE: text("App role an operator's token must carry").default("Consent.Approve"),
  OPERATOR_SCOPE: text(
    "Delegated scope an operator's token must carry; only administrators should be able to consent to it",
  ).default("access_as_operator"),
  OPERATOR_CLIENTS: guids(
    "Client ids of the applications through which operators may call (`azp` of their tokens), separated by commas; left out, PORTAL_OPERATOR_CLIENT_ID alone, and without that any",
  ),
  OPERATOR_APPS: guids(
    "Client ids of applications that may call operators' routes by themselves, with no person; none unless named",
  ),
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
  ...consentSettingList,
  ...careSettingList,
  ...credentialSettingList,
  MAX_CLIENTS_PER_SUBSCRIPTION: wholeNumber(1, 10_000, 10, "Clients a subscription may have"),
  SECRET_MAX_LIFETIME_DAYS: wholeNumber(1, 730, 365, "Longest lifetime of a secret, in days"),
  DYNAMIC_REGISTRATION: z
    .enum(["on", "off"])
    .default("off")
    .describe(
      "Whether programs may register themselves as clients of a customer whose token they have (RFC 7591 and 7592): `on` or `off`",
    ),
  SUBSCRIPTION_WRITES_PER_MINUTE: wholeNumber(
    1,
    100_000,
    30,
    "Changes of the directory one subscription may ask for in a minute",
  ),
  SUBSCRIPTION_REQUESTS_PER_MINUTE: wholeNumber(
    1,
    1_000_000,
    300,
    "Requests one subscription may send in a minute to each host, reads included",
  ),
  MAX_DELETED_CLIENTS_PER_SUBSCRIPTION: wholeNumber(
    1,
    100_000,
    100,
    "Clients of a subscription that the directory may hold as deleted, which it does for 30 days; above it no more are made",
  ),
  DIRECTORY_WRITES_PER_MINUTE: wholeNumber(
    1,
    1_000_000,
    60,
    "Writes that the directory takes in a minute, of all subscriptions together; half of them are kept for those that have used least",
  ),
  PORTAL_CLIENT_ID: guid(
    "Client id with which the portal signs customers in; left out, the portal offers no sign-in",
  ).optional(),
  PORTAL_AUTHORITY: httpsUrl("Authority (policy) where the portal signs customers in").optional(),
  PORTAL_SCOPES: list("Scopes of the API that the portal asks for as a customer"),
  PORTAL_AUTHORITY_METADATA: json(
    "That authority's discovery document, where browsers cannot read it there",
  ).optional(),
  PORTAL_OPERATOR_CLIENT_ID: guid(
    "Client id with which the portal signs operators in; left out, they have no page",
  ).optional(),
  PORTAL_OPERATOR_AUTHORITY: httpsUrl("Authority where the portal signs operators in").optional(),
  PORTAL_OPERATOR_SCOPES: list("Scopes of the API that the portal asks for as an operator"),
  PORTAL_OPERATOR_AUTHORITY_METADATA: json(
    "That authority's discovery document, where browsers cannot read it there",
  ).optional(),
  CORS_ORIGINS: list("Origins of browsers that may call the API, separated by commas").pipe(
    z.array(
      // `*` and `null` are no origins of anybody, and one with a path or a slash would never match.
      z.string().refine((origin) => URL.canParse(origin) && new URL(origin).origin === origin, {
        error: "must hold origins such as https://app.example",
      }),
    ),
  ),
  SUPPORT_URL: z
    .url({ protocol: /^(https|mailto)$/, error: "must be an https or mailto address" })
    .describe("Where callers find people who help; on problem pages and in the OpenAPI document")
    .optional(),
  APPLICATIONINSIGHTS_CONNECTION_STRING: text(
    "Application Insights; traces, metrics and logs are exported only when it is set",
  ).optional(),
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: z
    .string()
    .regex(/^ClientId=[0-9a-f-]{36};Authorization=AAD$/i, {
      error: "must be ClientId=<GUID>;Authorization=AAD",
    })
    .describe("The identity that may write there: `ClientId=<GUID>;Authorization=AAD`")
    .optional(),
  WEBHOOK_SIGNING_KEY: z
    .string()
    .transform((value) => value.split(/\s+/).filter(Boolean))
    .pipe(
      z
        .array(z.string().min(32, { error: "must have at least 32 characters" }))
        .min(1, { error: "must hold a key" }),
    )
    .describe(
      "Key from which the secrets of customers' own webhooks are made, at least 32 random characters; the one before it may follow after a space, and signs too. Left out, there are no such webhooks",
    )
    .optional(),
  WEBHOOK_PORTS: list(
    "Ports of customers' own webhooks that may be called besides 443, separated by commas",
  ).pipe(
    z.array(
      z
        .string()
        .transform(Number)
        .pipe(z.int({ error: "must hold ports" }).min(1).max(65_535)),
    ),
  ),
  WEBHOOK_UNGUARDED_ORIGINS: list(
    "Origins on this machine that customers' own webhooks may have: for the local cloud, and never in Azure",
  ).pipe(z.array(localOrigin)),
  ACTIVITY_KEPT: duration(
    "P400D",
    "How long it is kept who did what (ISO 8601); what is older is removed day by day",
  ),
  OFFBOARD_GRACE: duration(
    "P30D",
    "How long all clients of a customer who is offboarded stay stopped before they are deleted, and it can be undone (ISO 8601)",
  ),
  RECONCILE_AFTER: duration(
    "PT2M",
    "Age from which an unfinished operation counts as abandoned (ISO 8601); longer than any request takes",
  ),
  RECONCILE_SCHEDULE: schedule("0 * * * * *", "When the reconciler runs (NCRONTAB, six fields)"),
};
