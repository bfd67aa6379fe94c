import { shippedLanguage } from "../texts/languages.ts";
import { complain } from "./complain.ts";

/** A host page may set its function after the element is there, but not this much later. */
const PATIENCE_MS = 3_000;

interface Integrated extends HTMLElement {
  readonly getAccessToken: unknown;
}

/**
 * Says in the console what cannot be meant as it stands, for whoever builds the host page.
 *
 * @returns calls off what is still to be looked at
 */
export function checkIntegration(element: Integrated): () => void {
  const tag = `<${element.localName}>`;
  const timer = setTimeout(() => {
    if (element.getAccessToken === undefined) {
      complain(
        `${tag} has no getAccessToken, so it shows nothing. Set the property to a function.`,
      );
    }
  }, PATIENCE_MS);
  if (element.getAccessToken !== undefined && typeof element.getAccessToken !== "function") {
    complain(`${tag}: getAccessToken is no function but ${typeof element.getAccessToken}.`);
  }
  for (const { name } of element.attributes) {
    if (/^(on)?get-?access-?token$/i.test(name)) {
      complain(
        `${tag}: ${name} is an attribute. A function can only be set as the property getAccessToken.`,
      );
    }
  }
  const theme = element.getAttribute("theme");
  if (theme !== null && !["light", "dark", ""].includes(theme)) {
    complain(`${tag}: theme="${theme}" is neither light nor dark.`);
  }
  const lang = element.getAttribute("lang");
  if (lang && shippedLanguage(lang) === undefined) {
    complain(`${tag}: there are no texts in lang="${lang}"; it speaks English.`);
  }
  return () => clearTimeout(timer);
}
