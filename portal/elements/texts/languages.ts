import { runtimeMsg } from "@lit/localize/internal/runtime-msg.js";
import type { Msg, One, Templates } from "./msg.ts";

/**
 * The languages there are. English is in the code; each other one is a file of its own, loaded when somebody reads it.
 *
 * @lit/localize switches a whole page at once. Here each element has the language of its place in somebody else's page, so its
 * lookup is used with the templates of one language at a time.
 */
const LOADERS: Readonly<Record<string, () => Promise<{ readonly templates: Templates }>>> = {
  de: () => import("../locales/de.ts"),
  es: () => import("../locales/es.ts"),
  fr: () => import("../locales/fr.ts"),
  ja: () => import("../locales/ja.ts"),
};

export const LANGUAGES: readonly string[] = ["en", ...Object.keys(LOADERS)];

const loaded = new Map<string, Templates>();
const loading = new Map<string, Promise<void>>();
/** Languages whose file could not be read: English stands in until the page is loaded again. */
const failed = new Set<string>();

/** `de` for `de-AT`; nothing for a language that is not shipped. */
export const shippedLanguage = (tag: string): string | undefined =>
  LANGUAGES.find((language) => language === tag.toLowerCase().split("-")[0]);

/** Whether its texts can be had at once. English stands in for what is not shipped. */
export function isReady(tag: string): boolean {
  const language = shippedLanguage(tag);
  return !language || language === "en" || loaded.has(language) || failed.has(language);
}

/** Never fails: without the language's file it is English. */
export function ready(tag: string): Promise<void> {
  const language = shippedLanguage(tag) ?? "en";
  const load = LOADERS[language];
  if (!load || isReady(language)) return Promise.resolve();
  const running = loading.get(language);
  if (running) return running;
  const asked = load()
    .then(({ templates }) => void loaded.set(language, templates))
    .catch(() => void failed.add(language))
    .finally(() => loading.delete(language));
  loading.set(language, asked);
  return asked;
}

/** The language that texts are in by now: what was asked for, or English. */
export const languageOf = (tag: string): string => {
  const language = shippedLanguage(tag) ?? "en";
  return language === "en" || loaded.has(language) ? language : "en";
};

type MakeTexts<T> = (msg: Msg, one: One) => T;

/** Makes the texts of a language. */
export function makeTexts<T>(tag: string, make: MakeTexts<T>): T {
  const language = languageOf(tag);
  const templates = loaded.get(language);
  const plural = new Intl.PluralRules(language);
  return make(
    (text, options) => String(runtimeMsg(templates, text, options)),
    (count) => plural.select(count) === "one",
  );
}

/** Makes the texts of a language, once: `make` is asked again only for another language. */
export function inLanguage<T>(make: MakeTexts<T>): (tag: string) => T {
  const made = new Map<string, T>();
  return (tag) => {
    const language = languageOf(tag);
    const texts = made.get(language) ?? makeTexts(tag, make);
    made.set(language, texts);
    return texts;
  };
}
