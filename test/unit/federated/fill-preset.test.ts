import { describe, expect, test } from "vitest";
import {
  EXCHANGE_AUDIENCE,
  isSameTrust,
  MAX_FEDERATED_PART,
} from "../../../shared/clients/federated/federated.ts";
import {
  fillPreset,
  type Preset,
  type PresetField,
} from "../../../shared/clients/federated/preset.ts";

/** What a template says, whatever platform it is of: docs/federated.md. */

const field = (name: string, more: Partial<PresetField> = {}): PresetField => ({
  ...{ name, title: name, pattern: "[a-z:]+", maxLength: 1_000, example: `an-${name}` },
  ...more,
});
const preset: Preset = {
  id: "platform",
  title: "A platform",
  documentation: "https://platform.example/docs",
  issuer: "https://platform.example/{team}",
  fields: [field("team", { default: "everybody" })],
  scopes: [
    {
      id: "job",
      title: "A job",
      subject: "{team}[@{region}]:{job}",
      fields: [
        field("job", { written: { ":": "%3A" } }),
        field("region", { isOptional: true, with: "job" }),
      ],
    },
    {
      id: "machine",
      title: "A machine",
      issuer: "https://machines.example",
      subject: "id/{id|guid64}",
      fields: [field("id", { pattern: "[0-9a-f-]{36}" })],
    },
  ],
};

const fill = (
  scope: string | undefined,
  values: Readonly<Record<string, string>>,
  template = preset,
) => fillPreset([template], { preset: template.id, scope, values });
const made = (...asked: Parameters<typeof fill>) => {
  const filled = fill(...asked);
  return filled.ok ? filled.value : filled.refusal.errors;
};

describe("a template", () => {
  test("takes what is given, the default where nothing is, and leaves out what stands in brackets with it", () => {
    expect(made("job", { job: "build" })).toEqual({
      issuer: "https://platform.example/everybody",
      subject: "everybody:build",
      audience: EXCHANGE_AUDIENCE,
    });
    expect(made("job", { team: "red", job: "build", region: "eu" })).toMatchObject({
      issuer: "https://platform.example/red",
      subject: "red@eu:build",
    });
  });

  test("writes what the platform writes in the place of a character, wherever it stands", () => {
    expect(made("job", { job: ":a::b" })).toMatchObject({
      subject: "everybody:%3Aa%3A%3Ab",
    });
  });

  test("of a scope may have an issuer of its own, and writes a GUID as Windows keeps it", () => {
    expect(made("machine", { id: "00112233-4455-6677-8899-aabbccddeeff" })).toEqual({
      issuer: "https://machines.example",
      subject: `id/${Buffer.from("33221100554477668899aabbccddeeff", "hex").toString("base64url")}`,
      audience: EXCHANGE_AUDIENCE,
    });
  });

  test("has its whole value match: neither the beginning nor the end is enough", () => {
    for (const job of ["buildX", "Xbuild", "Xbuild\n"])
      expect(made("job", { job })).toEqual([
        { path: ["values", "job"], message: "must be written as an-job is" },
      ]);
  });

  test("takes a field that is as long as it may be, and none that is longer", () => {
    const job = field("job", { maxLength: 3 });
    const scopes = [{ id: "job", title: "A job", subject: "{job}", fields: [job] }];
    const short = { ...preset, scopes };

    expect(made("job", { job: "abc" }, short)).toMatchObject({ subject: "abc" });
    expect(made("job", { job: "abcd" }, short)).toEqual([
      { path: ["values", "job"], message: "must have at most 3 characters" },
    ]);
  });

  test("has an optional field together with the one that gives it a meaning", () => {
    const fields = [
      field("job", { isOptional: true }),
      field("region", { isOptional: true, with: "job" }),
    ];
    const scopes = [{ id: "job", title: "A job", subject: "s[:{job}][@{region}]", fields }];

    expect(made("job", { region: "eu" }, { ...preset, scopes })).toEqual([
      { path: ["values", "region"], message: "must be given together with job" },
    ]);
    expect(made("job", {}, { ...preset, scopes })).toMatchObject({ subject: "s" });
  });

  test("leaves out what stands in brackets where any field in it is missing", () => {
    const fields = [field("job"), field("region", { isOptional: true })];
    const scopes = [{ id: "job", title: "A job", subject: "s[:{job}@{region}]", fields }];

    expect(made("job", { job: "build" }, { ...preset, scopes })).toMatchObject({ subject: "s" });
    expect(made("job", { job: "build", region: "eu" }, { ...preset, scopes })).toMatchObject({
      subject: "s:build@eu",
    });
  });

  test("counts a sign as one that JavaScript keeps as two", () => {
    const scopes = [
      {
        id: "job",
        title: "A job",
        subject: "{job}",
        fields: [field("job", { pattern: "[a-z]." })],
      },
    ];
    expect(made("job", { job: "a🚀" }, { ...preset, scopes })).toMatchObject({ subject: "a🚀" });
  });

  test("takes nothing for given that every object has", () => {
    const scopes = [
      { id: "job", title: "A job", subject: "{constructor}", fields: [field("constructor")] },
    ];
    expect(made("job", {}, { ...preset, scopes })).toEqual([
      { path: ["values", "constructor"], message: "must be given" },
    ]);
  });
});

describe("a scope", () => {
  test("is chosen where there are several", () => {
    for (const scope of [undefined, "other"])
      expect(made(scope, { job: "build" })).toEqual([
        { path: ["scope"], message: "must be one of job, machine" },
      ]);
  });

  test("goes without saying where there is one; another one is refused all the same", () => {
    const one = { ...preset, scopes: preset.scopes.slice(0, 1) };

    expect(made(undefined, { job: "build" }, one)).toMatchObject({ subject: "everybody:build" });
    expect(made("other", { job: "build" }, one)).toEqual([
      { path: ["scope"], message: "must be one of job" },
    ]);
  });
});

describe("what comes of it", () => {
  const free: Preset = {
    ...preset,
    issuer: "{issuer}",
    fields: [field("issuer"), field("subject")],
    scopes: [{ id: "any", title: "Any", subject: "{subject}", fields: [] }],
  };
  const longest = "a".repeat(MAX_FEDERATED_PART);

  test("may be as long as the directory takes it", () => {
    const values = { issuer: longest, subject: longest };
    expect(made("any", values, free)).toMatchObject(values);
  });

  test.each([
    ["an issuer", { issuer: `${longest}a`, subject: "a" }],
    ["a subject", { issuer: "a", subject: `${longest}a` }],
  ])("is refused where that is %s that it would not take", (what, values) => {
    expect(made("any", values, free)).toEqual([
      { path: ["values"], message: `make ${what} of more than 600 characters` },
    ]);
  });
});

test("two credentials trust the same where both issuer and subject are the same, letter by letter", () => {
  const one = { issuer: "https://a.example", subject: "s" };

  expect(isSameTrust(one, { ...one })).toBe(true);
  expect(isSameTrust(one, { ...one, issuer: "https://b.example" })).toBe(false);
  expect(isSameTrust(one, { ...one, subject: "S" })).toBe(false);
});
