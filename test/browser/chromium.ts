import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, onTestFailed } from "vitest";

/** The system's own Chromium: nothing is downloaded. */
const PLACES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const found = PLACES.find((place) => place && existsSync(place));

/** Quiet: it asks nothing of the network that the page itself does not ask. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * How long a page may take to show what it is waited for. No promise to anybody, those are in speed.test.ts: a machine that has been
 * standing still is no failure of the portal.
 */
export const PATIENCE_MS = 60_000;

/** Where there is no Chromium, the tests fail in CI and are reported as skipped elsewhere: never as passed. */
export const inChromium = (name: string, tests: () => void): void => {
  if (!found && !process.env["CI"]) console.warn(`NOT RUN, no Chromium was found: ${name}`);
  describe.skipIf(!found && !process.env["CI"])(name, tests);
};

export interface Opened {
  /** A page in a session of its own; all are closed after the file. */
  page(options?: BrowserContextOptions): Promise<Page>;
  readonly browser: Browser;
}

/** Starts one browser for a test file. What a page complains of is shown with a test that fails. */
export function useBrowser(): Opened {
  let browser: Browser | undefined;
  const get = (): Browser => {
    if (!browser) throw new Error("The browser starts in beforeAll");
    return browser;
  };
  beforeAll(async () => {
    if (!found) throw new Error("No Chromium was found: install it, or name it in CHROMIUM");
    browser = await chromium.launch({
      executablePath: found,
      args: FLAGS,
      timeout: PATIENCE_MS,
    });
  });
  afterAll(async () => {
    await browser?.close();
  });
  return {
    get browser() {
      return get();
    },
    page: async (options = {}) => {
      const context = await get().newContext({
        viewport: { width: 1180, height: 800 },
        locale: "en-GB",
        timezoneId: "Europe/Berlin",
        reducedMotion: "reduce",
        permissions: ["clipboard-read", "clipboard-write"],
        ...options,
      });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      const lines: string[] = [];
      page.on("console", (message) => lines.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => lines.push(`error: ${error.message}`));
      onTestFailed(async () => {
        console.log(`${page.url()}\n${lines.join("\n")}`);
        await page
          .screenshot({ path: join(tmpdir(), `latchkey-browser-${Date.now()}.png`) })
          .catch(() => {});
      });
      return page;
    },
  };
}
