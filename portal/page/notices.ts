import type { Audience } from "./config.ts";
import type { PageTexts } from "./page-texts.ts";

const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: Node[]
): HTMLElementTagNameMap[K] => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** What a person sees who has not signed in yet. */
export function welcome(audience: Audience, strings: PageTexts, signIn: () => void): HTMLElement {
  const button = make("button", {
    type: "button",
    className: "primary",
    textContent: strings.signIn,
  });
  button.addEventListener("click", signIn);
  return make(
    "section",
    { className: "welcome" },
    make("h2", { textContent: strings.welcome[audience] }),
    make("p", { textContent: strings.pitch[audience] }),
    button,
    make("a", {
      href: audience === "customers" ? "/consents" : "/",
      textContent: strings.other[audience],
    }),
  );
}

export const notice = (title: string, detail: string): HTMLElement =>
  make(
    "section",
    { className: "welcome", role: "alert" },
    make("h2", { textContent: title }),
    make("p", { textContent: detail }),
  );
