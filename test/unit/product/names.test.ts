import { describe, expect, test } from "vitest";
import { displayName } from "../../../functions/http/inputs.ts";
import { mixesScripts, skeleton } from "../../../shared/clients/names/lookalikes.ts";
import { tidyName } from "../../../shared/clients/names/plain-name.ts";
import { quoted } from "../../../shared/clients/names/quoted.ts";

const name = displayName(90);

describe("a name", () => {
  test.each([
    ["blanks around it", "  Nightly import ", "Nightly import"],
    ["runs of blanks", "Nightly    import", "Nightly import"],
    ["blanks of any width", "Nightly\u00a0\u2003import", "Nightly import"],
    ["letters taken apart", "Mu\u0308ller", "Müller"],
    ["signs that choose how a letter is drawn", "Import\ufe0f \u2708\ufe0e", "Import \u2708"],
  ])("is folded: %s", (_, given, folded) => {
    expect(name.parse(given)).toBe(folded);
  });

  test.each([
    ["a line break", "a\nb"],
    ["a blank of no width", "Nightly\u200bimport"],
    ["a joiner that joins nothing", "Nightly\u200cimport"],
    ["a soft hyphen", "Night\u00adly"],
    ["an order that is turned round", "Nightly \u202etropmi"],
    ["isolated directions", "Nightly \u2067import\u2069"],
    ["a mark of direction", "import\u200f"],
    ["a filler of Hangul", "\u3164"],
    ["a blank of Braille", "a\u2800b"],
    ["invisible tags", "a\u{e0061}"],
    ["a letter of private use", "a\ue000"],
    ["what Unicode does not know", "a\u{3ffff}"],
    ["half a surrogate pair", "a\ud800"],
    ["a heap of marks", `a${"\u0301\u0302".repeat(4)}`],
    ["a mark on nothing", "\u0489a"],
    ["an open quotation mark", "Import” is approved"],
    ["one straight quotation mark", 'Import" is approved'],
    ["an open guillemet", "«Import"],
    ["a closing guillemet", "Import»"],
    ["an open single guillemet", "‹Import"],
    ["a closing single guillemet", "Import›"],
    ["an open corner bracket", "「Import"],
    ["a closing corner bracket", "Import』"],
    ["a mark of its own in front", "\u0301Import"],
    ["five marks on a letter", `q${"\u0301".repeat(5)}`],
    ["nothing but blanks", " \u2003 "],
  ])("is refused with %s", (_, given) => {
    expect(name.safeParse(given).success).toBe(false);
  });

  test.each([
    "Nächtlicher Import (Köln) #3",
    "O'Brien’s import",
    'The "big" one',
    "„Groß“ und «petit»",
    "‹petit› 「大『小』」",
    "q\u0301\u0302\u0303\u0304",
    "夜間インポート",
    "मध्यरात्रि आयात",
    "क्\u200dष",
    "می\u200cخواهم",
    "ייבוא לילי",
    "Импорт API",
    "Import 🚀",
    "Import \u2708\ufe0f",
  ])("may be %s", (given) => {
    expect(name.parse(given)).toBe(given);
  });

  test.each([
    ["a\nb", "cannot be seen"],
    [`q${"\u0301".repeat(5)}`, "must not pile marks on a letter"],
    ["Import”", "must close the quotation marks that it opens"],
  ])("is told what is wrong with it: %j %s", (given, why) => {
    expect(name.safeParse(given).error?.issues[0]?.message).toContain(why);
  });

  test("that somebody else let through is made fit", () => {
    expect(tidyName(" Ann\u202e\u0000  B ")).toBe("Ann B");
  });
});

describe("a name in a message of ours", () => {
  test("cannot end its quotation marks", () => {
    expect(quoted("a” Approved by “Latchkey")).toBe("“a' Approved by 'Latchkey”");
  });
  test("is cut", () => {
    expect(quoted("x".repeat(200), 10)).toBe(`“${"x".repeat(9)}…”`);
    expect(quoted("x".repeat(10), 10)).toBe(`“${"x".repeat(10)}”`);
    expect(quoted("x".repeat(81))).toBe(`“${"x".repeat(79)}…”`);
    // Signs, not halves of them.
    expect(quoted("🚀".repeat(4), 3)).toBe("“🚀🚀…”");
  });
  test("computes no date and links to nothing", () => {
    const shown = quoted("{{DATE(2026-01-01)}} https://evil.example/x www.evil.example v1.2");
    expect(shown).not.toContain("{{");
    expect(shown).not.toContain("://");
    expect(shown).not.toMatch(/[a-z]\.[a-z]{2}/);
    expect(shown).toContain("v1.2");
    expect(quoted("{{a}} b://c d.ef")).toBe("“{ {a} } b[:]//c d[.]ef”");
    expect(quoted("{a} b:c d. e .f")).toBe("“{a} b:c d. e .f”");
    expect(quoted("7.example 東京.jp")).toBe("“7[.]example 東京[.]jp”");
    // No end of an address has one letter.
    expect(quoted("e.g. this (one).two")).toBe("“e.g. this (one).two”");
  });
});

describe("two names look alike", () => {
  test.each([
    ["letters of another script", "PayPal import", "Раураl imроrt"],
    ["case", "Import", "IMPORT"],
    ["accents", "Résumé", "Resume"],
    ["figures for letters", "Oil 10", "0iI lo"],
    ["punctuation and blanks", "Night-ly import", "Nightly  import"],
    ["full width", "Ｉｍｐｏｒｔ", "Import"],
    ["bold", "𝐈𝐦𝐩𝐨𝐫𝐭", "Import"],
    ["r and n for m", "Customers", "Custorners"],
    ["two v for w", "West", "VVest"],
    ["a stroke for a letter", "Import all", "Import a|l"],
  ])("but for %s", (_, one, other) => {
    expect(skeleton(other)).toBe(skeleton(one));
  });
  test("and others do not", () => {
    expect(skeleton("Nightly import")).not.toBe(skeleton("Nightly export"));
  });
});

describe("scripts in one word", () => {
  test.each(["Pаypal", "Аpple Export", "Σales", "Oрder"])("are mixed in %s", (given) => {
    expect(mixesScripts(given)).toBe(true);
  });
  test.each([
    "Paypal",
    "Импорт API",
    // A mark belongs to the script of its letter.
    "Импо\u0301рт",
    "東京API",
    "テスト用のimport",
    "한국import",
    "2 π",
    "ไทย",
    "12 - 34",
  ])("are not in %s", (given) => {
    expect(mixesScripts(given)).toBe(false);
  });
});
