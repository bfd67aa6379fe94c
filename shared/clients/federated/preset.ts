import { done, type Outcome, refused } from "../../base/outcome.ts";
import { EXCHANGE_AUDIENCE, MAX_FEDERATED_PART } from "./federated.ts";

/**
 * A platform whose programs can get tokens of their own, as data: what people there know, and what issuer and subject come of
 * it. A template has fields in braces; what stands in brackets is left out with the field in it; `|guid64` writes a GUID as
 * .NET does in base64url.
 */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** Where the platform says what its tokens claim. */
  readonly documentation: string;
  readonly issuer: string;
  /** The fields of every scope. */
  readonly fields: readonly PresetField[];
  /** Which of the platform's tokens is meant: one has to be chosen. */
  readonly scopes: readonly PresetScope[];
}

export interface PresetScope {
  readonly id: string;
  readonly title: string;
  /** Where it is another than the preset's. */
  readonly issuer?: string;
  readonly subject: string;
  readonly fields: readonly PresetField[];
}

export interface PresetField {
  readonly name: string;
  readonly title: string;
  /** What the whole value has to match; a regular expression of every language. */
  readonly pattern: string;
  readonly maxLength: number;
  readonly example: string;
  /** Taken when it is left out. */
  readonly default?: string;
  /** It may be left out, with what it stands in. */
  readonly isOptional?: true;
  /** It means nothing without this other field. */
  readonly with?: string;
  /** What the platform writes in the place of a character in its tokens. */
  readonly written?: Readonly<Record<string, string>>;
}

export interface Trust {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

export interface PresetFault {
  /** Where in the request. */
  readonly path: readonly string[];
  readonly message: string;
}

export interface PresetRequest {
  readonly preset: string;
  readonly scope?: string | undefined;
  readonly values: Readonly<Record<string, string>>;
}

/** What issuer and subject a preset makes of what people know. */
export function fillPreset(
  presets: readonly Preset[],
  { preset: presetId, scope: scopeId, values }: PresetRequest,
): Outcome<Trust, { readonly errors: readonly PresetFault[] }> {
  const fault = (field: string, message: string) =>
    refused({ errors: [{ path: [field], message }] });
  const preset = presets.find(({ id }) => id === presetId);
  if (!preset) return fault("preset", `must be one of ${presets.map(({ id }) => id).join(", ")}`);
  const [only] = preset.scopes.length === 1 ? preset.scopes : [];
  const scope = scopeId === undefined ? only : preset.scopes.find(({ id }) => id === scopeId);
  if (!scope)
    return fault("scope", `must be one of ${preset.scopes.map(({ id }) => id).join(", ")}`);
  const fields = [...preset.fields, ...scope.fields];
  const errors = [...unknown(fields, values), ...fields.flatMap((field) => held(field, values))];
  if (errors.length > 0) return refused({ errors });
  const trust = {
    issuer: write(scope.issuer ?? preset.issuer, fields, values),
    subject: write(scope.subject, fields, values),
    audience: EXCHANGE_AUDIENCE,
  };
  const isTooLong = trust.issuer.length > MAX_FEDERATED_PART;
  return isTooLong || trust.subject.length > MAX_FEDERATED_PART
    ? fault(
        "values",
        `make ${isTooLong ? "an issuer" : "a subject"} of more than ${MAX_FEDERATED_PART} characters`,
      )
    : done(trust);
}

const unknown = (
  fields: readonly PresetField[],
  values: PresetRequest["values"],
): readonly PresetFault[] =>
  Object.keys(values)
    .filter((key) => !fields.some(({ name }) => name === key))
    .map((key) => ({ path: ["values", key], message: "is not known; leave it out" }));

function held(field: PresetField, values: PresetRequest["values"]): readonly PresetFault[] {
  const { name, pattern, maxLength, example } = field;
  const fault = (message: string) => [{ path: ["values", name], message }];
  const value = given(field, values);
  if (value === undefined) return field.isOptional ? [] : fault("must be given");
  if (field.with !== undefined && !Object.hasOwn(values, field.with))
    return fault(`must be given together with ${field.with}`);
  if (value.length > maxLength) return fault(`must have at most ${maxLength} characters`);
  return new RegExp(`^(?:${pattern})$`, "u").test(value)
    ? []
    : fault(`must be written as ${example} is`);
}

const given = (field: PresetField, values: PresetRequest["values"]): string | undefined =>
  Object.hasOwn(values, field.name) ? values[field.name] : field.default;

const OPTIONAL = /\[([^[\]]*)\]/g;
const PLACE = /\{(\w+)(\|guid64)?\}/g;

function write(
  template: string,
  fields: readonly PresetField[],
  values: PresetRequest["values"],
): string {
  const written = (name: string): string | undefined => {
    const field = fields.find((one) => one.name === name);
    const value = field && given(field, values);
    if (value === undefined) return undefined;
    return [...value].map((letter) => field?.written?.[letter] ?? letter).join("");
  };
  const isGiven = (part: string): boolean =>
    [...part.matchAll(PLACE)].every(([, name = ""]) => written(name) !== undefined);
  return template
    .replaceAll(OPTIONAL, (_, part: string) => (isGiven(part) ? part : ""))
    .replaceAll(PLACE, (_, name: string, guid?: string) => {
      const value = written(name) ?? "";
      return guid ? guid64(value) : value;
    });
}

/** The bytes of a GUID as Windows keeps them: its first three groups backwards. */
function guid64(guid: string): string {
  const [a = "", b = "", c = "", ...rest] = guid.split("-");
  const backwards = (hex: string) => Buffer.from(hex, "hex").reverse();
  return Buffer.concat([...[a, b, c].map(backwards), Buffer.from(rest.join(""), "hex")]).toString(
    "base64url",
  );
}
