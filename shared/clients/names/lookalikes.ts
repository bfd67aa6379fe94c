/**
 * Which names look alike, after UTS 39 (Unicode Security Mechanisms, 4 "Confusable Detection"): two names resemble each other
 * when they have one skeleton. Of Unicode's table this holds the letters of those scripts that pass for Latin ones; whatever
 * is only another form of a letter (full width, bold, in a circle, with an accent) is folded by decomposition, so it needs no row.
 * Case counts for nothing here, for nobody tells "Import" from "import" in a queue.
 */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: "ɑΑαАаᎪꓮ",
  aa: "Ꜳꜳ",
  ae: "ÆæӔӕ",
  ao: "Ꜵꜵ",
  au: "Ꜷꜷ",
  av: "ꜸꜹꜺꜻ",
  ay: "Ꜽꜽ",
  b: "ƄΒВЬᏏᏴꓐꞴ",
  bl: "Ы",
  c: "СсᏟᴄⲤⲥꓚꮯ",
  d: "ԁᎠᏧꓒꓓ",
  dz: "ʣ",
  e: "ΕЕеҽᎬꓰꬲ",
  f: "ϜքẝꓝꞘꞙꬵ",
  g: "ƍɡԌցᏀᏳᶃꓖ",
  h: "ΗНһհᎻᏂⲎꓧ",
  i: "ıɩɪιіӏᎥꙇꭵ",
  j: "ͿϳЈјᎫꓙꞲ",
  k: "ΚКᏦⲔꓗ",
  l: "ƖǀΙІӀ׀וןᏞⲒⳐꓡꓲ",
  ll: "ǁװ",
  lo: "Ю",
  ls: "ʪ",
  lz: "ʫ",
  m: "ΜϺМᎷⲘꓟ",
  n: "ΝոռⲚꓠ",
  o: "ΟοσОоՕօסᴏᴑⲞⲟꓳꬽ",
  oe: "Œœ",
  oo: "ꚘꚙꝎꝏ",
  p: "ΡρРрᏢⲢⲣꓑ",
  q: "ԛգզ",
  r: "ƦгᎡᏒᴦⲅꓣꭇꭈꮁ",
  s: "ƽЅѕՏᏕᏚꓢꜱꮪ",
  t: "ΤТᎢⲦꓔ",
  tf: "ꝷ",
  ts: "ʦ",
  u: "ʋυՍսᴜꓴꞟꭎꭒ",
  ue: "ᵫ",
  uo: "ꭣ",
  v: "νѴѵטᏙᴠꓦꮩ",
  w: "ɯѡԜԝաᎳᏔᴡꓪꮃ",
  x: "ΧХхⲬꓫꞳ",
  y: "ɣʏΥγУуҮүᎩᎽᶌỿⲨꓬꭚ",
  z: "ΖᏃᴢꓜꮓ",
};
const LATIN: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOKALIKES).flatMap(([latin, signs]) => [...signs].map((sign) => [sign, latin])),
);

/** What is left of a name when nothing counts that the eye passes over. Never shown to anybody. */
export function skeleton(name: string): string {
  const letters = name.normalize("NFKD").replaceAll(/[\p{M}\p{P}\p{Z}\p{Cf}]/gu, "");
  return (
    [...letters]
      .map((sign) => LATIN.get(sign) ?? sign)
      .join("")
      .toLowerCase()
      // Unicode has it of the capital I only; without case it is true of both.
      .replaceAll(/[i1|]/g, "l")
      .replaceAll("0", "o")
      .replaceAll("rn", "m")
      .replaceAll("vv", "w")
  );
}

/** Scripts whose letters pass for those of another, each alone; and those that are written together. */
const WRITTEN_TOGETHER = [
  /^\p{Script=Latin}+$/u,
  /^\p{Script=Cyrillic}+$/u,
  /^\p{Script=Greek}+$/u,
  /^\p{Script=Armenian}+$/u,
  /^\p{Script=Hebrew}+$/u,
  /^\p{Script=Arabic}+$/u,
  /^\p{Script=Cherokee}+$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hangul}]+$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Bopomofo}]+$/u,
];
/** A script that is not listed above may stand alone. */
const LISTED =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Cherokee}]/u;

/** Whether one word holds letters of scripts that nobody writes in one word (UTS 39, 5.1): "Pаypal" with a Cyrillic а. */
export const mixesScripts = (name: string): boolean =>
  (name.match(/[\p{L}\p{M}]+/gu) ?? []).some((word) => {
    const letters = word.replaceAll(/[\p{Script=Common}\p{Script=Inherited}]/gu, "");
    return LISTED.test(letters) && !WRITTEN_TOGETHER.some((together) => together.test(letters));
  });
