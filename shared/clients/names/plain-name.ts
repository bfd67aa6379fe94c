/**
 * What a name may look like, by the PRECIS freeform class (RFC 8264) and its profile for nicknames (RFC 8266), so that two names
 * that look alike on a line are one and nothing in a name is unseen. Unicode's own properties say what is what, as the runtime's
 * regular expressions know them; docs/decisions/0014 says why no library does it.
 */

/**
 * Unseen, reordering or undefined: controls, formats, bidirectional controls, fillers, tags, half surrogate pairs, private use,
 * what Unicode has not assigned, line and paragraph separators, and the blank of Braille.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800]/u;
const ALL_UNSEEN = new RegExp(UNSEEN, "gu");
/** How a sign is to be drawn, as text or in colour: kept where it colours a pictograph, and says nothing anywhere else. */
const PRESENTATION = /(?<!\p{Extended_Pictographic})\ufe0f|\ufe0e/gu;
/**
 * Joiners where words cannot be written without them (RFC 5892, A.1 and A.2), within Persian and after marks of India; and the
 * colour of a pictograph.
 */
const NEEDED =
  /(?<=\p{Extended_Pictographic})\ufe0f|(?<=\p{Script=Arabic})\u200c(?=\p{Script=Arabic})|(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])[\u200c\u200d]/gu;
/** A mark that hangs on nothing, or more of them than any script piles up. */
const PILED_MARKS = /^\p{M}|\p{M}{5}/u;

/** One way to write it: composed, with plain single blanks inside and none around. */
export const foldName = (text: string): string =>
  text
    .normalize("NFC")
    .replaceAll(PRESENTATION, "")
    .replaceAll(/\p{Zs}+/gu, " ")
    .trim();

/** What is wrong with a folded name, as the end of a sentence; nothing when it may stand. */
export function unfit(name: string): string | undefined {
  if (UNSEEN.test(name.replaceAll(NEEDED, "")))
    return "must not contain control characters, line breaks or anything that cannot be seen";
  if (PILED_MARKS.test(name)) return "must not pile marks on a letter";
  if (!closesItsQuotes(name)) return "must close the quotation marks that it opens";
  return undefined;
}

/** A name that somebody else has let through, such as a person's at their issuer: made fit as far as possible. */
export const tidyName = (text: string): string => foldName(text.replaceAll(ALL_UNSEEN, " "));

/** Double marks of any language come in twos; single ones are apostrophes too, and say nothing. */
function closesItsQuotes(name: string): boolean {
  const count = (marks: RegExp): number => name.match(marks)?.length ?? 0;
  return (
    count(/["“”„‟〝〞〟＂]/g) % 2 === 0 &&
    count(/«/g) === count(/»/g) &&
    count(/‹/g) === count(/›/g) &&
    count(/[「『]/g) === count(/[」』]/g)
  );
}
