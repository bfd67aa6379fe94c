import { inLanguage, shippedLanguage } from "../elements/texts/languages.ts";
import type { Msg } from "../elements/texts/msg.ts";

/** The page's own few texts, around the elements. */
const texts = (msg: Msg) => ({
  skip: msg("Skip to the content", { id: "page.skip" }),
  signIn: msg("Sign in", { id: "page.signIn" }),
  signOut: msg("Sign out", { id: "page.signOut" }),
  titles: {
    customers: msg("API clients", { id: "page.titles.customers" }),
    operators: msg("Consent requests", { id: "page.titles.operators" }),
  },
  welcome: {
    customers: msg("Keys for your applications", { id: "page.welcome.customers" }),
    operators: msg("Decide on consent requests", { id: "page.welcome.operators" }),
  },
  pitch: {
    customers: msg(
      "Create clients and secrets for the applications that call our API, and see when an administrator will have consented.",
      { id: "page.pitch.customers" },
    ),
    operators: msg("See which clients wait for consent, until when, and decide.", {
      id: "page.pitch.operators",
    }),
  },
  other: {
    customers: msg("For administrators: consent requests", { id: "page.other.customers" }),
    operators: msg("For customers: API clients", { id: "page.other.operators" }),
  },
  failed: msg("Signing in did not work", { id: "page.failed" }),
  failedDetail: msg(
    "Try again. If it keeps failing, the sign-in settings of this service may be wrong.",
    { id: "page.failedDetail" },
  ),
  unconfigured: msg("Signing in is not set up", { id: "page.unconfigured" }),
  unconfiguredDetail: msg("This service has no sign-in settings for this page.", {
    id: "page.unconfiguredDetail",
  }),
  signedOutHere: msg("You are signed out on this page", { id: "page.signedOutHere" }),
  signedOutHereDetail: msg(
    "The sign-in service did not answer: your session there may still be open. Close the browser to be sure.",
    { id: "page.signedOutHereDetail" },
  ),
});

export const pageTexts = inLanguage(texts);
export type PageTexts = ReturnType<typeof texts>;

/** The first of the reader's languages that is shipped, with its region, so that times look as the reader writes them. */
export const readersLanguage = (wanted: readonly string[]): string =>
  wanted.find((tag) => shippedLanguage(tag) !== undefined) ?? "en";
