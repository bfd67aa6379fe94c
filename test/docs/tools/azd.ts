import { execSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { openAzure } from "./azure.ts";

/**
 * As much of the Azure Developer CLI as the pages use, with its syntax (azd reference: `env new`, `env set`, `env get-value`,
 * `env get-values`, `up`, `deploy`): values are kept in `.azure`, `up` adds the outputs of the template and runs the hook. Everything else is refused.
 */

const FOLDER = ".azure";
const FILE = `${FOLDER}/values.json`;
const values = (): Record<string, string | undefined> => JSON.parse(readFileSync(FILE, "utf8"));
const save = (changed: Record<string, string | undefined>) =>
  writeFileSync(FILE, JSON.stringify({ ...values(), ...changed }));

function refuse(): never {
  console.error(`ERROR: unknown command or arguments: azd ${args.join(" ")}`);
  process.exit(1);
}

/** Secret settings that it has go into the vault with each deployment (infra/app/key-vault.bicep). */
function fillVault(): void {
  const file = JSON.parse(readFileSync("infra/main.parameters.json", "utf8"));
  for (const name of Object.keys(file.parameters.secrets.value)) {
    const value = values()[name];
    if (value) openAzure().keep(name.replaceAll("_", "-"), value);
  }
}

/** The hook of azure.yaml, with the environment's values, as azd runs it: a hook that fails may be continued after. */
function provisioned(): void {
  const hook = /postprovision:\s+posix:\s+shell: sh\s+run: (.+)\n\s+continueOnError: true/;
  const [, run] = hook.exec(readFileSync("azure.yaml", "utf8")) ?? [];
  if (run === undefined) throw new Error("azure.yaml has no hook of this form");
  execSync(run, { stdio: "inherit", env: { ...process.env, ...values() } });
}

const args = process.argv.slice(2);
const [command, sub, ...rest] = args;
if (command === "env" && sub === "new" && rest.length === 1) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FILE, JSON.stringify({ AZURE_ENV_NAME: rest[0] }));
} else if (!existsSync(FILE)) {
  console.error("ERROR: no environment exists, create one with: azd env new");
  process.exit(1);
} else if (command === "env" && sub === "set" && rest[0] === "--file" && rest.length === 2) {
  save(parseEnv(readFileSync(rest[1] ?? "", "utf8")));
} else if (command === "env" && sub === "set" && rest.length === 2) {
  save({ [rest[0] ?? ""]: rest[1] });
} else if (command === "env" && sub === "get-value" && rest.length === 1) {
  const value = values()[rest[0] ?? ""];
  if (value === undefined) refuse();
  console.log(value);
} else if (command === "env" && sub === "get-values" && rest.length === 0) {
  for (const [name, value] of Object.entries(values())) console.log(`${name}="${value}"`);
} else if (command === "up" && sub === undefined) {
  save(JSON.parse(process.env["AZD_OUTPUTS"] ?? "{}"));
  fillVault();
  provisioned();
  console.log("SUCCESS: Your up workflow to provision and deploy to Azure completed.");
} else if (command === "deploy" && sub === undefined) {
  console.log("SUCCESS: Your application was deployed to Azure.");
} else {
  refuse();
}
