// Holds an OpenAPI document against three sets of rules; fails with what they find.
import { readFileSync } from "node:fs";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectral from "@stoplight/spectral-core";
import owasp from "@stoplight/spectral-owasp-ruleset";
import { oas } from "@stoplight/spectral-rulesets";

const [, , file] = process.argv;
const source = readFileSync(file, "utf8");
/** Spectral's severities: an error is 0, a warning 1. */
const [ERROR, WARNING] = [0, 1];

async function byRedocly() {
  const config = await createConfig({ extends: ["recommended-strict"] });
  const found = await lintFromString({ source, config });
  return found.map(({ ruleId, message, location: [at] }) => `${ruleId} ${at?.pointer}: ${message}`);
}

async function bySpectral(rules, upTo) {
  const linter = new spectral.Spectral();
  linter.setRuleset(new spectral.Ruleset({ extends: [[rules, "recommended"]] }));
  const found = await linter.run(source);
  return found
    .filter(({ severity }) => severity <= upTo)
    .map(({ code, path, message }) => `${code} ${path.join("/")}: ${message}`);
}

const found = [
  ...(await byRedocly()),
  ...(await bySpectral(oas, WARNING)),
  ...(await bySpectral(owasp.default ?? owasp, ERROR)),
];
for (const line of found) console.error(line);
if (found.length > 0) process.exit(1);
