import { describe, expect, it } from "vitest";
import { problemTypes } from "../../../functions/edge/problem-types.ts";
import { REFUSED } from "../../../portal/elements/clients/keys/refused.ts";
import { careTexts } from "../../../portal/elements/texts/care.ts";
import { keysTexts } from "../../../portal/elements/texts/keys.ts";
import { inLanguage, LANGUAGES, ready } from "../../../portal/elements/texts/languages.ts";
import type { Filled, Msg } from "../../../portal/elements/texts/msg.ts";
import { texts } from "../../../portal/elements/texts/texts.ts";
import { pageTexts, readersLanguage } from "../../../portal/page/page-texts.ts";

/** Only programs can meet these: the portal's own requests are made so that they cannot. */
const FOR_PROGRAMS = [
  "unauthenticated",
  "no-such-client",
  "no-such-route",
  "method-not-allowed",
  "length-required",
  "body-too-large",
  "unsupported-media-type",
  "idempotency-key-reused",
  "federated-not-found",
];

/** What belongs to the API and to nobody's page. */
const API_LANGUAGE =
  /etag|if-match|idempotency|GET \/|POST \/|keyId|lifetimeDays|displayName|\/admin|HTTP|\bscope\b|bearer|json/i;

interface Said {
  readonly text: string;
  readonly places: number;
}
const said = (text: string | Filled): Said =>
  typeof text === "string"
    ? { text, places: 0 }
    : { text: text.strings.join("…"), places: text.values.length };

/** Every text by its id, in English, found by asking for all of them. */
function english(): ReadonlyMap<string, Said> {
  const found = new Map<string, Said>();
  const msg: Msg = (text, { id }) => {
    found.set(id, said(text));
    return id;
  };
  const callAll = (value: unknown): void => {
    if (typeof value === "function") value(1, 1, 1);
    else if (value && typeof value === "object")
      for (const one of Object.values(value)) callAll(one);
  };
  for (const singular of [true, false]) callAll(texts(msg, () => singular));
  callAll(careTexts(msg));
  callAll(keysTexts(msg));
  return found;
}

const source = english();
const target = async (language: string) => {
  const { templates } = await import(`../../../portal/elements/locales/${language}.ts`);
  const read = new Map<string, Said>();
  for (const [id, text] of Object.entries<string | Filled>(templates)) read.set(id, said(text));
  return read;
};
const OTHERS = LANGUAGES.filter((language) => language !== "en");

describe("the languages", () => {
  it("are five, and a reader gets the first of theirs that there is", () => {
    expect([...LANGUAGES].toSorted()).toEqual(["de", "en", "es", "fr", "ja"]);
    expect(readersLanguage(["nl", "fr-CA", "en"])).toBe("fr-CA");
    expect(readersLanguage(["nl"])).toBe("en");
  });

  it.each(OTHERS)(
    "%s lacks no text, has none too many, and fills in the same places",
    async (language) => {
      const texts = await target(language);
      const own = new Map([...texts].filter(([id]) => !id.startsWith("page.")));
      expect([...own.keys()].toSorted()).toEqual([...source.keys()].toSorted());
      const places = (said: ReadonlyMap<string, Said>) =>
        Object.fromEntries([...said].map(([id, { places }]) => [id, places]).toSorted());
      expect(places(own)).toEqual(places(source));
      for (const [id, { text }] of texts) expect(text.trim(), id).not.toBe("");
    },
  );

  it.each(OTHERS)("%s is spoken by the elements and the page", async (language) => {
    const make = inLanguage(texts);
    await ready(language);
    const english = make("en");
    const t = make(`${language}-XX`);
    expect(t.addSecret).not.toBe(english.addSecret);
    expect(t.clientCreated("Bill")).toContain("Bill");
    expect(t.secretCount(1)).toContain("1");
    expect(t.problems["unavailable"]?.[1]).not.toBe(english.problems["unavailable"]?.[1]);
    const leaves = (value: unknown): string[] =>
      typeof value === "string" ? [value] : Object.values(value ?? {}).flatMap(leaves);
    const [mine, plain] = [leaves(pageTexts(language)), leaves(pageTexts("en"))];
    expect(mine.filter((text, index) => text === plain[index])).toEqual([]);
  });

  it("fall back to English, by language and not by region", async () => {
    await ready("de");
    const make = inLanguage(texts);
    expect(make("de-AT")).toBe(make("de"));
    expect(make("nl")).toBe(make("en-GB"));
    expect(make("toString")).toBe(make("en"));
  });
});

describe("a problem", () => {
  const { problems } = inLanguage(texts)("en");

  it("of every type that a person can meet says what happened and what to do", () => {
    const told = [
      ...[...Object.keys(problems), ...Object.keys(REFUSED)],
      ...FOR_PROGRAMS,
    ].toSorted();
    expect(told).toEqual(Object.keys(problemTypes).toSorted());
    for (const [type, sentences] of Object.entries(problems))
      for (const sentence of sentences) expect(sentence.length, type).toBeGreaterThan(10);
  });

  it.each(LANGUAGES)("in %s has nothing of the API's own language", async (language) => {
    const all = language === "en" ? source : await target(language);
    const spoken = [...all].filter(([id]) => id.startsWith("problems.") || /Title|Detail/.test(id));
    expect(spoken.length).toBeGreaterThan(60);
    for (const [id, { text }] of spoken) expect(text, id).not.toMatch(API_LANGUAGE);
  });
});
