import type { GetAccessToken } from "../elements/shared/api-client.ts";
import { type Audience, readConfig } from "./config.ts";
import { follow } from "./follow.ts";
import { notice, welcome } from "./notices.ts";
import { language, strings } from "./page-strings.ts";
import { openSession, type Session } from "./sign-in.ts";

/** The portal page: signs a person in and hands the element of this page its tokens. */

const audience: Audience =
  document.body.dataset["audience"] === "operators" ? "operators" : "customers";
const main = document.querySelector("main");
const account = document.querySelector("#account");

function labels(): void {
  document.documentElement.lang = language;
  document.title = `${strings.titles[audience]} · Latchkey`;
  for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
    const name = element.dataset["text"];
    if (name === "skip" || name === "clients" || name === "consents")
      element.textContent = strings[name];
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
  element.addEventListener("sign-in-needed", () => void session.signIn());
  if (audience === "customers") follow(element);
  main?.replaceChildren(element);
  const who = Object.assign(document.createElement("span"), { textContent: name });
  const leave = Object.assign(document.createElement("button"), {
    type: "button",
    textContent: strings.signOut,
  });
  leave.addEventListener("click", () => void session.signOut());
  account?.replaceChildren(who, leave);
}

async function start(): Promise<void> {
  labels();
  const config = (await readConfig())[audience];
  if (!config)
    return main?.replaceChildren(notice(strings.unconfigured, strings.unconfiguredDetail));
  const session = await openSession(config);
  const name = session.name();
  if (name !== undefined) return signedIn(session, name);
  main?.replaceChildren(welcome(audience, () => void session.signIn()));
}

start().catch((error: unknown) => {
  // The library's own code is what a search finds; its message may quote addresses.
  const code =
    error instanceof Error && "errorCode" in error ? ` (${String(error.errorCode)})` : "";
  main?.replaceChildren(notice(strings.failed + code, strings.failedDetail));
});
