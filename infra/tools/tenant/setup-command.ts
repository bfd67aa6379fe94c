import { GraphFailure, openGraph } from "./graph.ts";
import { readOptions, USAGE } from "./options.ts";
import { setUpTenant } from "./setup.ts";
import { signedIn } from "./sign-in.ts";
import { readTenant } from "./tenant.ts";

/**
 * `npm run tenant:setup`: prepares the directory for this product. What it did goes to standard error, the settings to
 * standard output, so that they can be kept: `npm run --silent tenant:setup >> .env`.
 */

const PUBLIC_AUTHORITY = "https://login.microsoftonline.com";
const PORTAL_CONSENT =
  "https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/{appId}/isMSAApp~/false";
const say = (text: string) => console.error(text);

async function run(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    say(USAGE);
    return;
  }
  const { env } = process;
  const authority = env["DIRECTORY_AUTHORITY"] || PUBLIC_AUTHORITY;
  const dryRun = options["dry-run"];
  const graph = openGraph({
    baseUrl: env["GRAPH_BASE_URL"] || "https://graph.microsoft.com",
    token: signedIn(env, {
      way: options["sign-in"],
      tenant: options.tenant ?? env["DIRECTORY_TENANT_ID"],
      authority,
    }),
    dryRun,
    onCall: (call, body) => {
      if (dryRun || !call.startsWith("GET")) say(body ? `${call} ${JSON.stringify(body)}` : call);
    },
  });
  const tenant = await readTenant(graph, {
    authority,
    loginHost: options["login-host"],
    policy: options.policy,
  });
  say(`Tenant ${tenant.domain} (${tenant.id}), ${tenant.kind}`);
  if (!tenant.customers.confirmed) {
    say(
      `${tenant.customers.metadataUrl} does not answer: make the user flow ${options.policy}, or name another with --policy.`,
    );
  }
  if (options["managed-identity"] && tenant.kind !== "workforce") {
    say(
      "A managed identity of another tenant is not trusted by applications of this one; see docs/prepare-the-tenant.md for the way round.",
    );
  }
  const result = await setUpTenant(graph, tenant, options, { authority, now: new Date() });
  say(`${graph.writes()} ${dryRun ? "changes would be made" : "changes made"}.`);
  for (const [name, value] of Object.entries(result.settings)) console.log(`${name}=${value}`);
  if (result.settings["DIRECTORY_CLIENT_SECRET"]) {
    say("DIRECTORY_CLIENT_SECRET is shown this once: put it into the key vault (docs/deploy.md).");
  }
  if (options["automatic-grant"]) {
    say(
      "Automatic grant: AppRoleAssignment.ReadWrite.All lets the backend grant any application any role in this tenant, its own included. Whoever steals its credential owns the directory (docs/permissions.md).",
    );
  }
  if (result.consentPending) {
    const page = env["ADMIN_CONSENT_URL"] || PORTAL_CONSENT;
    say("One thing remains: an administrator grants consent to the backend's permissions here:");
    say(`  ${page.replace("{appId}", result.consentPending)}`);
  }
}

try {
  await run();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  if (error instanceof GraphFailure && error.status === 403) {
    say(
      "Sign in as somebody with the role Cloud Application Administrator or Application Administrator.",
    );
  }
  process.exitCode = 1;
}
