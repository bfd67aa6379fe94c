import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs, parseEnv } from "node:util";
import * as z from "zod";
import { ROTATE_ROLE } from "../../../shared/clients/client.ts";
import { parseCalendar } from "../../../shared/consent/clock/parse-calendar.ts";
import { settingList } from "../../../shared/settings/setting-list.ts";
import { runCommand } from "../../command.ts";
import { localCloud } from "../local-cloud.ts";
import { openGraph } from "../tenant/graph.ts";
import { signedIn } from "../tenant/sign-in.ts";
import { openTables } from "./open-tables.ts";
import { readDirectory } from "./read-directory.ts";
import { rebuildRecords } from "./rebuild.ts";

/**
 * `npm run records:rebuild [-- --settings <file>] [--apply]`: brings back the records from the directory's tags. Without
 * `--apply` it says what it would do. docs/backup-and-rebuild.md.
 */

const USAGE = `npm run records:rebuild -- [options]

  --settings <file>        the service's settings: NAME=value lines, or local.settings.json; the environment wins
  --apply                  do it; without it, say what would be done
  --subscriptions <file>   names of subscriptions that are too long for a tag, one a line
  --sign-in <way>          az (default, the Azure CLI), browser, device, or a token in GRAPH_TOKEN
  --local                  the records of the local cloud of npm start
  --help                   this`;

const { DIRECTORY_CLIENT_ID, RESOURCE_APP_ID } = settingList;
const { APP_READ_ROLE_ID, APP_WRITE_ROLE_ID } = settingList;
const { KEYS_APP_ID, KEYS_ROTATE_ROLE_ID } = settingList;
const { CONSENT_SLA, CONSENT_CALENDAR, CONSENT_HOLIDAYS } = settingList;
const Needed = z.object({
  ...{ DIRECTORY_CLIENT_ID, RESOURCE_APP_ID, APP_READ_ROLE_ID, APP_WRITE_ROLE_ID },
  ...{ KEYS_APP_ID, KEYS_ROTATE_ROLE_ID },
  ...{ CONSENT_SLA, CONSENT_CALENDAR, CONSENT_HOLIDAYS },
  DIRECTORY_TENANT_ID: z.string().optional(),
  DIRECTORY_AUTHORITY: z.url().default("https://login.microsoftonline.com"),
  GRAPH_BASE_URL: z.url().default("https://graph.microsoft.com"),
  RecordsConnection: z.string().optional(),
  RecordsConnection__tableServiceUri: z.url().optional(),
});
const LocalSettings = z.object({ Values: z.record(z.string(), z.string()) });

type Environment = Readonly<Record<string, string | undefined>>;

async function readNeeded(
  file: string | undefined,
  environment: Environment,
): Promise<z.infer<typeof Needed>> {
  const text = file === undefined ? undefined : await readFile(file, "utf8");
  const values = text === undefined ? {} : fileValues(text, file ?? "");
  const merged = Object.entries({ ...values, ...environment }).filter(([, value]) => value !== "");
  const parsed = Needed.safeParse(Object.fromEntries(merged));
  if (parsed.success) return parsed.data;
  throw new Error(z.prettifyError(parsed.error));
}

const fileValues = (text: string, file: string) =>
  file.endsWith(".json") ? LocalSettings.parse(JSON.parse(text)).Values : parseEnv(text);

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      settings: { type: "string" },
      apply: { type: "boolean", default: false },
      subscriptions: { type: "string" },
      "sign-in": { type: "string", default: "az" },
      local: { type: "boolean", default: false },
    },
  });
  const env = values.local ? { ...process.env, ...(await localCloud()) } : process.env;
  const settings = values.settings ?? (values.local ? "local.settings.json" : undefined);
  const needed = await readNeeded(settings, env);
  const graph = openGraph({
    baseUrl: needed.GRAPH_BASE_URL,
    token: signedIn(env, {
      way: z.enum(["browser", "device", "az"]).parse(values["sign-in"]),
      tenant: needed.DIRECTORY_TENANT_ID,
      authority: needed.DIRECTORY_AUTHORITY,
    }),
  });
  const tables = await openTables({
    connectionString: needed.RecordsConnection,
    endpoint: needed.RecordsConnection__tableServiceUri,
  });
  const names = values.subscriptions
    ? (await readFile(values.subscriptions, "utf8")).split(/\r?\n/).filter((line) => line !== "")
    : [];
  const content = await readDirectory(
    graph,
    {
      backendAppId: needed.DIRECTORY_CLIENT_ID,
      apis: [
        {
          appId: needed.RESOURCE_APP_ID,
          roleIds: { "api.read": needed.APP_READ_ROLE_ID, "api.write": needed.APP_WRITE_ROLE_ID },
        },
        ...(needed.KEYS_APP_ID && needed.KEYS_ROTATE_ROLE_ID
          ? [{ appId: needed.KEYS_APP_ID, roleIds: { [ROTATE_ROLE]: needed.KEYS_ROTATE_ROLE_ID } }]
          : []),
      ],
    },
    names,
  );
  const missing = await tables.missing();
  const say = values.apply ? (text: string) => text : (text: string) => `would be ${text}`;
  if (missing.length > 0) {
    console.log(`Tables ${say("made")}: ${missing.join(", ")}`);
    if (values.apply) await tables.create(missing);
    else if (missing.some((name) => ["clients", "consents", "journal"].includes(name))) {
      console.log(`In the directory: ${content.clients.length} clients; all ${say("restored")}.`);
      console.log("Nothing was changed. Run it again with --apply.");
      return;
    }
  }
  const report = await rebuildRecords(content, {
    clients: tables.table("clients"),
    consents: tables.table("consents"),
    journal: tables.table("journal"),
    now: new Date(),
    promise: {
      slaMs: needed.CONSENT_SLA,
      calendar: parseCalendar(needed.CONSENT_CALENDAR, needed.CONSENT_HOLIDAYS),
    },
    newId: randomUUID,
    apply: values.apply,
  });
  console.log(
    `In the directory: ${report.inDirectory} clients, of which ${report.present} are in the records.`,
  );
  console.log(`Clients ${say("restored")}: ${report.restored.length}`);
  console.log(`Consent cases ${say("restored")}: ${report.cases}`);
  console.log(`Records of secrets ${say("restored")}: ${report.secrets}`);
  console.log(`Accounts ${say("corrected")}: ${report.accounts}`);
  for (const id of report.inHand)
    console.log(`The service is at work on it or has just deleted it, left alone: ${id}`);
  for (const row of report.illegible)
    console.log(`A row that cannot be read, all of its subscription left alone: ${row}`);
  for (const id of report.orphans) console.log(`In the records only, left alone: ${id}`);
  for (const id of report.unreadable) {
    console.log(
      `Whose it is cannot be read from its tags (--subscriptions <file> may tell): ${id}`,
    );
  }
  for (const id of report.notOwned)
    console.log(`Tagged, but not owned by the backend, left alone: ${id}`);
  if (!values.apply) console.log("Nothing was changed. Run it again with --apply.");
}

await runCommand({ usage: USAGE, run });
