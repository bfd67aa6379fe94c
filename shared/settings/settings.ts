import * as z from "zod";
import { ROTATE_ROLE } from "../clients/client.ts";
import { arrangeConsent, unmetConsentNeeds } from "./consent-settings.ts";
import { arrangeCredentials, unmetCredentialNeeds } from "./credential-settings.ts";
import { arrangeKeys, rotateMeaning, unmetKeysNeeds } from "./keys-settings.ts";
import { settingList } from "./setting-list.ts";

/** The only reader of the environment: `setting-list.ts` says what may stand there. */

const Environment = z.object(settingList);
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
  const portalNeeds = (prefix: string) =>
    ["AUTHORITY", "SCOPES"].flatMap((part) =>
      need(
        `${prefix}_${part}`,
        !env[`${prefix}_CLIENT_ID`] || !!env[`${prefix}_${part}`],
        `${prefix}_CLIENT_ID is set`,
      ),
    );
  return [
    ...portalNeeds("PORTAL"),
    ...portalNeeds("PORTAL_OPERATOR"),
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
    ...unmetConsentNeeds(env),
    ...unmetCredentialNeeds(env),
    ...unmetKeysNeeds(env),
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
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  // Read once: a parser compiled for it costs more than it saves, 16 ms of a cold start.
  const parsed = Environment.safeParse(present, { jitless: true });
  const wrong = parsed.error?.issues.map((issue) => {
    const name = String(issue.path[0]);
    return present[name] === undefined
      ? `${name} is missing: ${description(name)}`
      : `${name} is wrong: ${issue.message}`;
  });
  const problems = [...unresolved(present), ...(wrong ?? []), ...unmetNeeds(present)];
  if (parsed.success && problems.length === 0) return arrange(parsed.data, env["WEBSITE_HOSTNAME"]);
  throw new SettingsError(problems);
}

/** Where the vault does not answer, Azure hands over the reference itself: long enough for a key, and known to whoever knows the vault. */
const unresolved = (present: Present): string[] =>
  Object.keys(settingList)
    .filter((name) => /^@Microsoft\.KeyVault\(/i.test(present[name] ?? ""))
    .map((name) => `${name} is a reference to the key vault that could not be resolved`);

const description = (name: string): string | undefined =>
  name in settingList ? settingList[name as keyof typeof settingList].description : undefined;

/** Name, meaning and default of every setting, in the order in which they are documented. */
export const settingNames = Object.keys(settingList) as readonly (keyof typeof settingList)[];

function arrange(env: Environment, hostName: string | undefined) {
  const resource = Object.freeze({
    appId: env.RESOURCE_APP_ID,
    roleIds: { "api.read": env.APP_READ_ROLE_ID, "api.write": env.APP_WRITE_ROLE_ID },
  });
  const keys = arrangeKeys(env);
  return Object.freeze({
    directory: Object.freeze({
      tenantId: env.DIRECTORY_TENANT_ID,
      clientId: env.DIRECTORY_CLIENT_ID,
      credential: directoryCredential(env),
      authority: env.DIRECTORY_AUTHORITY,
      graphBaseUrl: env.GRAPH_BASE_URL,
      graphScope: env.GRAPH_SCOPE,
    }),
    resource,
    keys,
    /** What clients can ask for roles of; the company's own first. */
    roleApis: Object.freeze(keys ? [resource, keys] : [resource]),
    roleMeanings: {
      "api.read": { description: env.APP_READ_ROLE_MEANING, risk: env.APP_READ_ROLE_RISK },
      "api.write": { description: env.APP_WRITE_ROLE_MEANING, risk: env.APP_WRITE_ROLE_RISK },
      [ROTATE_ROLE]: rotateMeaning(env),
    },
    clientSignInAudience: env.CLIENT_SIGN_IN_AUDIENCE,
    tokenEndpoint: env.TOKEN_ENDPOINT,
    resourceScope: env.RESOURCE_SCOPE,
    sampleCallUrl: env.SAMPLE_CALL_URL,
    customers: tokenPolicy(env.CUSTOMER_ISSUER, env.CUSTOMER_METADATA_URL, env.CUSTOMER_AUDIENCE),
    /** Customers' clients, where they call for themselves: what signs customers' tokens signs theirs. */
    clients: keys && {
      ...tokenPolicy(env.CUSTOMER_ISSUER, env.CUSTOMER_METADATA_URL, keys.appId),
    },
    subscriptionClaim: env.SUBSCRIPTION_CLAIM,
    customerEmail: Object.freeze({
      claim: env.CUSTOMER_EMAIL_CLAIM,
      proofs: env.CUSTOMER_EMAIL_PROOF.filter((name) => name !== "issuer"),
    }),
    operators: tokenPolicy(env.OPERATOR_ISSUER, env.OPERATOR_METADATA_URL, env.OPERATOR_AUDIENCE),
    operatorRole: env.OPERATOR_ROLE,
    tokenRules: Object.freeze({
      operatorScope: env.OPERATOR_SCOPE,
      operatorClients: operatorClients(env),
      operatorApps: env.OPERATOR_APPS,
      customerPolicies: env.CUSTOMER_POLICIES,
    }),
    lacking: lackingSettings(env),
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
    consent: arrangeConsent(env, hostName),
    credentials: arrangeCredentials(env, env.TOKEN_ENDPOINT),
    limits: Object.freeze({
      maxClients: env.MAX_CLIENTS_PER_SUBSCRIPTION,
      writesPerMinute: env.SUBSCRIPTION_WRITES_PER_MINUTE,
      requestsPerMinute: env.SUBSCRIPTION_REQUESTS_PER_MINUTE,
      maxDeleted: env.MAX_DELETED_CLIENTS_PER_SUBSCRIPTION,
      directoryWritesPerMinute: env.DIRECTORY_WRITES_PER_MINUTE,
      secretMaxLifetimeDays: env.SECRET_MAX_LIFETIME_DAYS,
    }),
    dynamicRegistration: env.DYNAMIC_REGISTRATION === "on",
    portal: Object.freeze({
      customers: signIn(
        env.PORTAL_CLIENT_ID,
        env.PORTAL_AUTHORITY,
        env.PORTAL_SCOPES,
        env.PORTAL_AUTHORITY_METADATA,
      ),
      operators: signIn(
        env.PORTAL_OPERATOR_CLIENT_ID,
        env.PORTAL_OPERATOR_AUTHORITY,
        env.PORTAL_OPERATOR_SCOPES,
        env.PORTAL_OPERATOR_AUTHORITY_METADATA,
      ),
    }),
    corsOrigins: env.CORS_ORIGINS,
    supportUrl: env.SUPPORT_URL,
    telemetry: env.APPLICATIONINSIGHTS_CONNECTION_STRING
      ? {
          connectionString: env.APPLICATIONINSIGHTS_CONNECTION_STRING,
          identityClientId: env.APPLICATIONINSIGHTS_AUTHENTICATION_STRING?.split(/[=;]/)[1],
        }
      : undefined,
    webhooks: env.WEBHOOK_SIGNING_KEY && {
      keys: env.WEBHOOK_SIGNING_KEY,
      ports: env.WEBHOOK_PORTS,
      unguarded: env.WEBHOOK_UNGUARDED_ORIGINS,
    },
    reminders: env.SECRET_REMINDERS,
    secretsLookEveryMs: env.SECRETS_LOOK_EVERY,
    secretsLookSchedule: env.SECRETS_LOOK_SCHEDULE,
    careSchedule: env.CARE_SCHEDULE,
    reconcileAfterMs: env.RECONCILE_AFTER,
    activityKeptMs: env.ACTIVITY_KEPT,
    offboardGraceMs: env.OFFBOARD_GRACE,
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

/** Left out, the page of our own is the one application through which operators may call. */
const operatorClients = (env: Environment): readonly string[] => {
  if (env.OPERATOR_CLIENTS.length > 0) return env.OPERATOR_CLIENTS;
  return env.PORTAL_OPERATOR_CLIENT_ID ? [env.PORTAL_OPERATOR_CLIENT_ID.toLowerCase()] : [];
};

/**
 * What this deployment goes without and should not: it starts all the same, because it was made before there was such a
 * setting, and the log says so at every start.
 */
function lackingSettings(env: Environment): readonly string[] {
  const byPolicy = /[/=]B2C_1A?_/i.test(`${env.CUSTOMER_METADATA_URL ?? ""}${env.TOKEN_ENDPOINT}`);
  return [
    ...(operatorClients(env).length === 0
      ? [
          "OPERATOR_CLIENTS is not set: operators' tokens are taken whichever application they were issued to. Name the applications.",
        ]
      : []),
    ...(byPolicy && env.CUSTOMER_POLICIES.length === 0
      ? [
          "CUSTOMER_POLICIES is not set: tokens of every user flow of the tenant are taken, profile editing included. Name the flows customers sign in with.",
        ]
      : []),
  ];
}

function tokenPolicy(
  issuer: string,
  metadataUrl: string | undefined,
  audience: string,
): TokenPolicy {
  const usual = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  return { issuer, metadataUrl: metadataUrl ?? usual, audience };
}

/** How a page signs one kind of person in; public by nature, since every browser is told. */
export interface SignInAdvice {
  readonly clientId: string;
  readonly authority: string;
  readonly scopes: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

function signIn(
  clientId: string | undefined,
  authority: string | undefined,
  scopes: readonly string[],
  metadata: Readonly<Record<string, unknown>> | undefined,
): SignInAdvice | undefined {
  if (!clientId || !authority) return undefined;
  return { clientId, authority, scopes, ...(metadata && { metadata }) };
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
