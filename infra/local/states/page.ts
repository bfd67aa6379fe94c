import { STATES, type State } from "./states.ts";

export interface Look {
  readonly lang: string;
  readonly theme: string;
}

export const LANGUAGES = ["en", "de", "es", "fr", "ja"] as const;
export const THEMES = ["light", "dark"] as const;

const frame = (title: string, { lang, theme }: Look, body: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root { color-scheme: ${theme}; font: 15px/1.5 system-ui, sans-serif }
body { margin: 0; padding: 1rem; background: light-dark(#f6f7fa, #0f1319); color: light-dark(#161b26, #e8ebf1) }
a { color: light-dark(#2954d1, #8eaefc) }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(26rem, 1fr)); gap: 1rem; padding: 0; list-style: none }
iframe { width: 100%; height: 34rem; border: 1px solid #7d879a }
</style>
<!-- ${lang} -->
${body}
</html>`;

const choices = (path: string, look: Look) =>
  `<nav aria-label="Look"><p>${[
    ...LANGUAGES.map((lang) => [lang, `${path}?lang=${lang}&theme=${look.theme}`]),
    ...THEMES.map((theme) => [theme, `${path}?lang=${look.lang}&theme=${theme}`]),
  ]
    .map(([name, href]) => `<a href="${href}">${name}</a>`)
    .join(" · ")}</p></nav>`;

/** Every state in a frame of its own. */
export function renderStates(look: Look): string {
  const list = STATES.map(({ element, name }) => {
    const address = `/${element}/${name}?lang=${look.lang}&theme=${look.theme}`;
    return `<li><h2><a href="${address}">${element}: ${name}</a></h2>
<iframe loading="lazy" title="${element}: ${name}" src="${address}"></iframe></li>`;
  });
  return frame(
    "States of the elements",
    look,
    `<main><h1>Every state of the elements</h1>
<p>Each frame is a host page with one element and an API that answers as that state needs it.</p>
${choices("/", look)}<ul>${list.join("\n")}</ul></main>`,
  );
}

/** One host page. `data-reached` on the document says that the state is there. */
export function renderState(
  { element, name, show = "", request = "", customer = "", token, steps = [], until }: State,
  look: Look,
): string {
  const path = `/${element}/${name}`;
  const gives =
    token === "none"
      ? "undefined"
      : token === "fails"
        ? "Promise.reject(new Error('as asked'))"
        : "'token'";
  return frame(
    `${element}: ${name}`,
    look,
    `<main><h1>${element}: ${name}</h1>
<p><a href="/?lang=${look.lang}&amp;theme=${look.theme}">All states</a></p>${choices(path, look)}
<${element} api="${path}/api" lang="${look.lang}" ${show && `show="${show}"`} ${request && `request="${request}"`} ${customer && `customer="${customer}"`}></${element}></main>
<script type="module" src="/${element}.js"></script>
<script type="module">
const element = document.querySelector("${element}");
element.getAccessToken = () => ${gives};
const find = async (selector) => {
  for (;;) {
    const found = element.shadowRoot.querySelector(selector);
    if (found) return found;
    await new Promise(requestAnimationFrame);
  }
};
await customElements.whenDefined("${element}");
const settled = async (selector) => {
  for (;;) {
    await element.updateComplete;
    const root = element.shadowRoot;
    if (selector ? root.querySelector(selector) : root.querySelector("[part=view]") && !root.querySelector(".bones:not(details:not([open]) *)")) return;
    await new Promise(requestAnimationFrame);
  }
};
await settled(${JSON.stringify(name === "loading" ? ".bones" : "")});
for (const step of ${JSON.stringify(steps)}) {
  const target = await find(step.press ?? step.type);
  if (step.press) target.click();
  else target.value = step.text;
  await element.updateComplete;
}
await settled(${JSON.stringify(until ?? settled(name, steps.length > 0))});
document.documentElement.dataset.reached = "";
</script>`,
  );
}

/** What shows that the last step has done its work. */
function settled(name: string, stepped: boolean): string {
  if (name === "loading") return ".bones";
  if (name === "new-with-complaints") return "[aria-invalid=true]";
  if (name === "secret-once") return "[data-once]";
  if (name === "secret-about-to-be-lost") return "dialog .notice";
  if (name === "removing") return ".held";
  if (name === "activity") return ".timeline";
  if (name === "rotate-which-goes") return "[name=replaces]";
  if (name === "customer-deleted") return ".deleted .row";
  if (name === "customer-stopping") return "progress";
  if (name === "customer-ended-in-part") return ".errors";
  if (name === "reschedule") return "[name=retiresAt]";
  if (name === "snooze") return "[name=pause]";
  if (name === "calendar-address") return "[data-copy=calendar-address]";
  if (name === "webhook-secret") return "[data-once]";
  if (stepped) return "dialog[open]";
  return "";
}
