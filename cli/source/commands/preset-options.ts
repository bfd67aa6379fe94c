import { parseArgs } from "node:util";
import type { components } from "../api/schema.ts";
import { misused } from "../context.ts";

type Preset = components["schemas"]["FederatedPreset"];

/** Stands for a platform that is none of the presets. */
export const OTHER = "other";

/** As an option is written: `projectPath` is `--project-path`. */
export const optionOf = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * The preset of that name, of which the first word is enough: `github`.
 *
 * @returns undefined for `other`
 * @throws Fault `usage` when there is none, or when it could be several
 */
export function findPreset(presets: readonly Preset[], name: string): Preset | undefined {
  if (name === OTHER) return undefined;
  const exact = presets.find(({ id }) => id === name);
  const begun = presets.filter(({ id }) => id.startsWith(`${name}-`));
  const found = exact ?? (begun.length === 1 ? begun[0] : undefined);
  const known = [...presets.map(({ id }) => id), OTHER].join(", ");
  return found ?? misused(`preset: must be one of ${known}`);
}

/** Names of all that a preset may ask for, whatever its scope: the service says what does not belong there. */
export const fieldsOf = ({ fields, scopes }: Preset): string[] => [
  ...new Set([...fields, ...scopes.flatMap((scope) => scope.fields)].map(({ name }) => name)),
];

/**
 * What was given for these fields: `--branch main` or `--branch=main`. They are known only when the service has told them, which is
 * why commander does not read them.
 *
 * @throws Fault `usage` for anything else
 */
export function detailsOf(
  fields: readonly string[],
  given: readonly string[],
): Record<string, string> {
  const options = Object.fromEntries(
    fields.map((name) => [optionOf(name), { type: "string" as const }]),
  );
  const values = read(given, options);
  return Object.fromEntries(
    fields.flatMap((name) => {
      const value = values[optionOf(name)];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

function read(args: readonly string[], options: Record<string, { readonly type: "string" }>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    const why = error instanceof Error ? error.message : String(error);
    return misused(`${why}\nIt takes ${known.join(", ")}, --scope, --audience and --name.`);
  }
}
