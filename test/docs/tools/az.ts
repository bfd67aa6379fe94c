import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { openAzure } from "./azure.ts";

/**
 * As much of the Azure CLI as the pages use: `login`, `provider register`, `keyvault secret set` with a file, and what changes the
 * backend's own secret, `functionapp stop`. Everything else is refused.
 */
const args = process.argv.slice(2);
const azure = openAzure();
const text = { type: "string" as const };
const APP =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Web\/sites\/[^/]+/;
const refresh = "/config/configreferences/appsettings/refresh?api-version=2022-03-01";

function refuse(): never {
  console.error(`'${args.join(" ")}' is misspelled or not recognized by the system.`);
  process.exit(2);
}

/** Every option named has to be there, and no other. */
function given(words: number, ...names: string[]): Record<string, string> {
  const options = Object.fromEntries(names.map((name) => [name, text]));
  const { values } = parseArgs({ args: args.slice(words), options, strict: true });
  if (names.some((name) => !values[name])) refuse();
  return values as Record<string, string>;
}

const COMMANDS: Readonly<Record<string, () => void>> = {
  login: () => undefined,
  "provider register --namespace Microsoft.App --wait": () => undefined,
  "keyvault secret set ": () => {
    const { name = "", file = "" } = given(3, "vault-name", "name", "file");
    if (!/^[0-9A-Za-z-]{1,127}$/.test(name)) refuse();
    const value = readFileSync(file, "utf8");
    azure.keep(name, value);
    console.log(`${name}: ${value.length} characters`);
  },
  "ad app credential reset ": () => {
    const at = args.indexOf("--append");
    // Without it all others are removed.
    if (at < 0) refuse();
    args.splice(at, 1);
    const { query, output } = given(4, "id", "display-name", "years", "query", "output");
    if (query !== "password" || output !== "tsv") refuse();
    console.log(azure.newSecret);
  },
  "functionapp show ": () => {
    const options = given(2, "resource-group", "name", "query", "output");
    if (options["query"] !== "id" || options["output"] !== "tsv") refuse();
    const group = `/subscriptions/5d1c/resourceGroups/${options["resource-group"]}`;
    console.log(`${group}/providers/Microsoft.Web/sites/${options["name"]}`);
  },
  "functionapp stop ": () => {
    given(2, "resource-group", "name");
  },
  "functionapp restart ": () => {
    if (!APP.test(given(2, "ids")["ids"] ?? "")) refuse();
  },
  "rest ": () => {
    const { method, url = "" } = given(1, "method", "url");
    if (method !== "post" || url.replace(APP, "") !== refresh) refuse();
    azure.askVaultAgain();
  },
};

const line = args.join(" ");
const command = Object.keys(COMMANDS).find((known) =>
  known.endsWith(" ") ? line.startsWith(known) : line === known,
);
(COMMANDS[command ?? ""] ?? refuse)();
