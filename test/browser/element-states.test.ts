import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LANGUAGES } from "../../infra/local/states/page.ts";
import { type StatesPage, startStates } from "../../infra/local/states/start.ts";
import { STATES } from "../../infra/local/states/states.ts";
import { bringAxe, expectNoViolations, sticksOut } from "./accessibility.ts";
import { inChromium, useBrowser } from "./chromium.ts";

inChromium("every state of each element", () => {
  const chromium = useBrowser();
  let states: StatesPage;
  beforeAll(async () => {
    states = await startStates({ port: 0, built: join(import.meta.dirname, "../../dist/portal") });
  });
  afterAll(() => states?.stop());

  it.each(LANGUAGES.map((lang, index) => [lang, index % 2 ? "dark" : "light"] as const))(
    "in %s, %s: is reached, and axe finds nothing",
    async (lang, theme) => {
      const page = await chromium.page();
      await bringAxe(page.context());
      for (const { element, name } of STATES) {
        await page.goto(`${states.origin}/${element}/${name}?lang=${lang}&theme=${theme}`);
        const reached = page.locator("html[data-reached]").waitFor();
        await reached.catch(() => expect.fail(`${element} ${name} is not reached`));
        const shown = page.locator(`${element} [part=view]`);
        expect(await shown.getAttribute("lang"), `${element} ${name}`).toBe(lang);
        await expectNoViolations(page, `${lang}, ${theme}, ${element}, ${name}`);
      }
    },
  );

  it("in German, on a phone of 320 px: nothing sticks out", async () => {
    const page = await chromium.page({ viewport: { width: 320, height: 640 } });
    for (const { element, name } of STATES) {
      await page.goto(`${states.origin}/${element}/${name}?lang=de`);
      await page.locator("html[data-reached]").waitFor();
      expect(await sticksOut(page), `${element} ${name}`).toEqual([]);
    }
  });

  it("all of them are on one page", async () => {
    const page = await chromium.page();
    await page.goto(states.origin);
    expect(await page.locator("iframe").count()).toBe(STATES.length);
    expect(STATES.length).toBeGreaterThan(60);
  });
});
