import { tidyName } from "./plain-name.ts";

/** No longer than fits a line beside words of ours. */
const LONGEST = 80;

/**
 * A text of somebody else's for people to read beside ours: in quotation marks that it cannot close, cut, on one line, and with
 * nothing in it that a mail, a card or a browser would act on. Adaptive Cards replace `{{DATE(…)}}` by a date of their own, and
 * readers of mail make links of whatever looks like an address.
 */
export function quoted(text: string, longest = LONGEST): string {
  const signs = [
    ...tidyName(text)
      .replaceAll(/["“”„‟〝〞〟＂]/g, "'")
      .replaceAll(/\{(?=\{)|\}(?=\})/g, "$& ")
      .replaceAll("://", "[:]//")
      .replaceAll(/(?<=[\p{L}\p{N}])\.(?=\p{L}{2})/gu, "[.]"),
  ];
  const cut = signs.length > longest ? `${signs.slice(0, longest - 1).join("")}…` : signs.join("");
  return `“${cut}”`;
}
