import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LANGUAGES, type Look } from "../../infra/local/states/page.ts";
import { type StatesPage, startStates } from "../../infra/local/states/start.ts";
import { STATES, type State } from "../../infra/local/states/states.ts";
import { bringAxe, expectNoViolations, sticksOut } from "./accessibility.ts";
import { inChromium, useBrowser, WINDOW } from "./chromium.ts";

/** What a state does after seconds (ask again, count down, carry out) is not that state any more: it stays for all looks. */
const STAND_STILL = `for (const name of ["setTimeout", "setInterval"]) {
  const real = globalThis[name];
  globalThis[name] = (act, ms = 0, ...rest) => (ms < 500 ? real(act, ms, ...rest) : 0);
}`;

const LOOKS: readonly Look[] = LANGUAGES.map((lang, index) => ({
  lang,
  theme: index % 2 ? "dark" : "light",
}));
const GERMAN = LOOKS.filter(({ lang }) => lang === "de");
const OTHERS = LOOKS.filter(({ lang }) => lang !== "de");

inChromium("every state of each element", () => {
  const chromium = useBrowser();
  let states: StatesPage;
  beforeAll(async () => {
    states = await startStates({ port: 0, built: join(import.meta.dirname, "../../dist/portal") });
  });
  afterAll(() => states?.stop());

  const open = async (): Promise<Page> => {
    const page = await chromium.page();
    await bringAxe(page.context());
    await page.addInitScript(STAND_STILL);
    return page;
  };

  async function reach(page: Page, { element, name }: State, { lang, theme }: Look): Promise<void> {
    await page.goto(`${states.origin}/${element}/${name}?lang=${lang}&theme=${theme}`);
    const reached = page.locator("html[data-reached]").waitFor();
    await reached.catch(() => expect.fail(`${element} ${name} is not reached`));
    const shown = page.locator(`${element} [part=view]`);
    expect(await shown.getAttribute("lang"), `${element} ${name}`).toBe(lang);
  }

  /** As a host page does it whose reader chooses another language, or the dark. */
  async function turnTo(page: Page, { element }: State, { lang, theme }: Look): Promise<void> {
    await page.evaluate(
      `document.querySelector("${element}").lang = "${lang}"; document.documentElement.style.colorScheme = "${theme}";`,
    );
    await page.locator(`${element} [part=view][lang=${lang}]`).waitFor();
  }

  /** What there is on the page and how it looks, whatever it says. */
  const frameOf = (page: Page, { element }: State): Promise<string> =>
    page.evaluate(
      `[...document.querySelector("${element}").shadowRoot.querySelectorAll("*")].map((one) => [one.localName, one.getAttribute("class"), one.ariaDisabled, one.ariaInvalid].filter(Boolean).join(".")).join(" ")`,
    );

  // To load a page costs as much as two looks of axe, so each is loaded in one language and turned to the others. The first changes
  // from state to state: each of them loads a fourth of the states. What colours a text has is decided by the elements and by light
  // or dark, and not by its words: where the elements are the same, contrast is measured once in each. All other rules are asked
  // in every language, since names, labels, languages and sizes come with the words.
  it("is reached, and axe finds nothing, in every language, light or dark", async () => {
    const page = await open();
    for (const [index, state] of STATES.entries()) {
      const first = index % OTHERS.length;
      const measured = new Set<string>();
      let dialogs: number | undefined;
      for (const look of [...OTHERS.slice(first), ...OTHERS.slice(0, first)]) {
        const told = `${look.lang}, ${look.theme}, ${state.element}, ${state.name}`;
        if (dialogs === undefined) await reach(page, state, look);
        else await turnTo(page, state, look);
        const frame = await frameOf(page, state);
        const colours = `${look.theme} ${frame}`;
        await expectNoViolations(page, told, { colours: !measured.has(colours) });
        measured.add(colours);
        const open = frame.match(/\bdialog\b/g)?.length ?? 0;
        dialogs ??= open;
        expect(open, `${told}: dialogs that stay open in another language`).toBe(dialogs);
      }
    }
  });

  // The longest words, all of them as they come when the page is loaded in German.
  it.each(GERMAN)(
    "is reached in $lang, $theme; nothing sticks out of a phone of 320 px",
    async (look) => {
      const page = await open();
      for (const state of STATES) {
        const told = `${look.lang}, ${look.theme}, ${state.element}, ${state.name}`;
        await page.setViewportSize(WINDOW);
        await reach(page, state, look);
        await expectNoViolations(page, told);
        await page.setViewportSize({ width: 320, height: 640 });
        expect(await sticksOut(page), told).toEqual([]);
      }
    },
  );

  it("all of them are on one page", async () => {
    const page = await chromium.page();
    await page.goto(states.origin);
    expect(await page.locator("iframe").count()).toBe(STATES.length);
    expect(STATES.length).toBeGreaterThan(60);
  });
});
