import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/**
 * As much of the Azure CLI as the pages use: `login`, `provider register`, and `keyvault secret set` with a file. Everything else is
 * refused.
 */
const args = process.argv.slice(2);
const HARMLESS = ["login", "provider register --namespace Microsoft.App --wait"];
if (args.join(" ").startsWith("keyvault secret set ")) {
  const text = { type: "string" as const };
  const { values } = parseArgs({
    args: args.slice(3),
    options: { "vault-name": text, name: text, file: text },
    strict: true,
  });
  if (!values["vault-name"] || !/^[0-9A-Za-z-]{1,127}$/.test(values.name ?? "")) process.exit(1);
  console.log(`${values.name}: ${readFileSync(values.file ?? "", "utf8").length} characters`);
} else if (!HARMLESS.includes(args.join(" "))) {
  console.error(`'${args.join(" ")}' is misspelled or not recognized by the system.`);
  process.exitCode = 2;
}
