import { runCommand } from "../../command.ts";
import { localCloud } from "../local-cloud.ts";
import { GraphFailure, openGraph } from "./graph.ts";
import { readOptions, USAGE } from "./options.ts";
import { writeSettings } from "./settings-file.ts";
import { type SetupResult, setUpTenant } from "./setup.ts";
import { signedIn } from "./sign-in.ts";
import { readTenant } from "./tenant.ts";

/**
 * `npm run tenant:setup`: prepares the directory for this product. What it did goes to standard error, the settings to
 * standard output or, with `--write`, into a file.
 */

const PUBLIC_AUTHORITY = "https://login.microsoftonline.com";
const PORTAL_CONSENT =
  "https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/{appId}/isMSAApp~/false";
const say = (text: string) => console.error(text);

async function run(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const env = options.local ? { ...process.env, ...(await localCloud()) } : process.env;
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
    loginHost: options["login-host"] ?? env["LOGIN_HOST"],
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
  const changes = graph.writes() === 1 ? "1 change" : `${graph.writes()} changes`;
  say(`${changes} ${dryRun ? "would be made" : "made"}.`);
  await keep(result, dryRun ? undefined : options.write);
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

/** A secret that is there already cannot be read again; the file of the run that made it has it still. */
async function keep({ settings }: SetupResult, file: string | undefined): Promise<void> {
  const isNew = settings["DIRECTORY_CLIENT_SECRET"] !== undefined;
  if (file === undefined) {
    for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
    if (isNew)
      say(
        "DIRECTORY_CLIENT_SECRET is shown this once: put it into the key vault (docs/deploy.md).",
      );
    return;
  }
  const written = await writeSettings(file, settings);
  say(`The settings are in ${file}.`);
  if (isNew) say(`DIRECTORY_CLIENT_SECRET is in ${file} and nowhere else; later runs keep it.`);
  else if (settings["DIRECTORY_CREDENTIAL"] === "secret" && !written["DIRECTORY_CLIENT_SECRET"])
    say(
      `The backend has a secret already, whose value was shown when it was made and is not in ${file}. Add it there, or make another (docs/rotate-the-backend-credential.md).`,
    );
}

await runCommand({
  usage: USAGE,
  run: () =>
    run().catch((error: unknown) => {
      if (!(error instanceof GraphFailure) || error.status !== 403) throw error;
      const remedy =
        "Sign in as somebody with the role Cloud Application Administrator or Application Administrator.";
      throw new Error(`${error.message}\n${remedy}`, { cause: error });
    }),
});
