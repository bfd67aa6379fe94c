import type { GetAccessToken } from "../elements/shared/api-client.ts";
import { languageOf, ready } from "../elements/texts/languages.ts";
import { type Audience, readConfig } from "./config.ts";
import { follow, followRequest } from "./follow.ts";
import { forgetOthers } from "./forget-others.ts";
import { notice, welcome } from "./notices.ts";
import { pageTexts, readersLanguage } from "./page-texts.ts";
import { openSession, type Session } from "./sign-in.ts";

/** The portal page: signs a person in and hands the element of this page its tokens. */

const audience: Audience =
  document.body.dataset["audience"] === "operators" ? "operators" : "customers";
const main = document.querySelector("main");
const account = document.querySelector("#account");

/** The person's other tabs are told, so that nobody finds one still signed in. */
const signedOut = new BroadcastChannel("latchkey-signed-out");

const wanted = readersLanguage(navigator.languages);
const strings = () => pageTexts(wanted);

async function labels(): Promise<void> {
  await ready(wanted);
  document.documentElement.lang =
    languageOf(wanted) === "en" && !/^en\b/i.test(wanted) ? "en" : wanted;
  document.title = `${strings().titles[audience]} · Latchkey`;
  for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
    const name = element.dataset["text"];
    if (name === "skip") element.textContent = strings().skip;
  }
}

function signedIn(session: Session, name: string): void {
  const element = Object.assign(
    document.createElement(audience === "operators" ? "latchkey-consents" : "latchkey-clients"),
    {
      api: "/api",
      getAccessToken: (({ refresh }) => session.accessToken(refresh)) satisfies GetAccessToken,
    },
  );
  element.addEventListener("sign-in-needed", () => void session.signIn().catch(failed));
  if (audience === "customers") follow(element);
  else followRequest(element);
  main?.replaceChildren(element);
  const who = Object.assign(document.createElement("span"), { textContent: name });
  const leave = Object.assign(document.createElement("button"), {
    type: "button",
    textContent: strings().signOut,
  });
  leave.addEventListener("click", () => {
    // Somebody who wants to leave is let go, whatever the sign-in service says.
    leave.disabled = true;
    signedOut.postMessage(audience);
    session.signOut().catch(() => {
      account?.replaceChildren();
      const { signedOutHere, signedOutHereDetail } = strings();
      main?.replaceChildren(notice(signedOutHere, signedOutHereDetail));
    });
  });
  account?.replaceChildren(who, leave);
  signedOut.addEventListener("message", ({ data }) => {
    if (data === audience) void session.forget().finally(() => signedOutPage(session));
  });
}

function signedOutPage(session: Session): void {
  account?.replaceChildren();
  main?.replaceChildren(welcome(audience, strings(), () => void session.signIn().catch(failed)));
}

async function start(): Promise<void> {
  await labels();
  const all = await readConfig();
  forgetOthers(sessionStorage, all, audience);
  const config = all[audience];
  if (!config)
    return main?.replaceChildren(notice(strings().unconfigured, strings().unconfiguredDetail));
  const session = await openSession(config);
  const name = session.name();
  if (name !== undefined) return signedIn(session, name);
  signedOutPage(session);
}

function failed(error: unknown): void {
  // The library's own code is what a search finds; its message may quote addresses.
  const code =
    error instanceof Error && "errorCode" in error ? ` (${String(error.errorCode)})` : "";
  main?.replaceChildren(notice(strings().failed + code, strings().failedDetail));
}

start().catch(failed);
