import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inChromium, useBrowser } from "./chromium.ts";
import { stopClock } from "./clock.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The element alone, from its sources, and an API that a test answers for: what an integrator does needs no service behind it. */
inChromium("what an integrator does", () => {
  const chromium = useBrowser();
  let script = "";
  let origin = "";
  const server = createServer((request, response) => {
    const isScript = request.url === "/element.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(
      isScript ? script : '<!doctype html><html lang="en"><title>Host</title><body></body></html>',
    );
  });
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(ROOT, "portal/elements/latchkey-clients.ts")],
      bundle: true,
      format: "esm",
      write: false,
    });
    script = outputFiles[0]?.text ?? "";
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** A host page with its own code; `load()` brings the element. */
  async function host(code: string, before: (page: Page) => Promise<void> = async () => {}) {
    const page = await chromium.page();
    await before(page);
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    let asked = 0;
    await page.route("**/api/clients?*", (route) => {
      asked += 1;
      return route.fulfill({ json: { items: [] } });
    });
    await page.route("**/api/about", (route) =>
      route.fulfill({ json: { limits: { secretLifetimeDays: 365 } } }),
    );
    await page.goto(origin);
    await page.evaluate(`globalThis.load = () => import("/element.js");${code}`);
    return { page, said, asked: () => asked };
  }
  const empty = (page: Page) => page.getByText("No clients yet").waitFor();
  const make = (properties: string) =>
    `const element = document.createElement("latchkey-clients"); ${properties}; document.body.append(element);`;

  describe("in any order", () => {
    it.each([
      [
        "the element, its function, then the module",
        `(async () => { ${make("element.getAccessToken = () => 'token'")} await load(); })()`,
      ],
      [
        "the module, the element, then its function",
        `(async () => { await load(); ${make("")} setTimeout(() => { element.getAccessToken = async () => 'token' }, 100); })()`,
      ],
      [
        "markup, the module, then its function",
        `(async () => { document.body.innerHTML = "<latchkey-clients lang='en'></latchkey-clients>"; await load(); document.querySelector("latchkey-clients").getAccessToken = () => 'token'; })()`,
      ],
      [
        "the module twice",
        `(async () => { await load(); await import("/element.js?again").catch(() => 0); ${make("element.getAccessToken = () => 'token'")} })()`,
      ],
    ])("%s", async (_, code) => {
      const { page, asked } = await host(code);
      await empty(page);
      expect(asked()).toBe(1);
    });
  });

  it("another function for the token is no reason to ask again, and is the one that is used", async () => {
    const { page, asked } = await host(
      `load().then(() => { ${make("element.getAccessToken = () => 'first'")} })`,
    );
    await empty(page);
    const sent = page.waitForRequest((request) => request.url().includes("/api/clients?"));
    await page.evaluate(`(async () => {
      const element = document.querySelector("latchkey-clients");
      for (let render = 0; render < 20; render += 1) {
        element.getAccessToken = () => "later";
        await element.updateComplete;
      }
    })()`);
    expect(asked()).toBe(1);
    await page.evaluate("document.querySelector('latchkey-clients').refresh()");
    expect((await sent).headers()["authorization"]).toBe("Bearer later");
  });

  it("a token function that fails is no ended session: it is said, and asked again by itself", async () => {
    const { page, said } = await host(
      `globalThis.tries = 0; load().then(() => { ${make(
        "element.getAccessToken = () => { tries += 1; if (tries < 3) throw new Error('network'); return 'token'; }",
      )} })`,
      stopClock,
    );
    await page.getByText("Your sign-in could not be checked").waitFor();
    expect(await page.getByText("Your session has ended").count()).toBe(0);
    await page.clock.runFor(3_900);
    // For the list, and for what forms may ask for.
    expect(await page.evaluate("tries")).toBe(2);
    await page.clock.runFor(100);
    await empty(page);
    expect(said.filter((line) => line.includes("[latchkey] getAccessToken failed")).length).toBe(1);
  });

  it("a token function that gives nothing is an ended session", async () => {
    const { page } = await host(
      `load().then(() => { ${make("element.getAccessToken = () => undefined")} })`,
    );
    await page.getByText("Your session has ended").waitFor();
  });

  it.each([
    ["no function", make(""), "has no getAccessToken"],
    [
      "something else than a function",
      make("element.getAccessToken = 'token'"),
      "is no function but string",
    ],
    [
      "an attribute",
      make("element.setAttribute('get-access-token', 'f')"),
      "get-access-token is an attribute",
    ],
    [
      "a theme that is none",
      make("element.theme = 'x'; element.setAttribute('theme', 'blue')"),
      'theme="blue" is neither',
    ],
    [
      "a language that is not shipped",
      make("element.setAttribute('lang', 'nl')"),
      'no texts in lang="nl"',
    ],
    [
      "something else than a text",
      make("element.getAccessToken = () => ({})"),
      "gave no text but object",
    ],
    [
      "an address that is no API",
      make("element.api = '/nothing'; element.getAccessToken = () => 'token'"),
      "answered something else than JSON",
    ],
    [
      "an API that lets nobody in",
      make("element.api = 'http://127.0.0.1:9/elsewhere'; element.getAccessToken = () => 'token'"),
      "CORS_ORIGINS",
    ],
  ])("the console says what is wrong with %s", async (_, code, complaint) => {
    const { said } = await host(`load().then(() => { ${code} })`);
    await expect
      .poll(() => said.filter((line) => line.startsWith("[latchkey]")).join("\n"))
      .toContain(complaint);
  });

  it("a dark element on a light page, and any in a page from right to left, can be read", async () => {
    const { page } = await host(
      `document.documentElement.lang = "ar"; document.documentElement.dir = "rtl";
       load().then(() => { ${make("element.getAccessToken = () => 'token'; element.setAttribute('theme', 'dark')")} })`,
    );
    await empty(page);
    const style = await page.evaluate<{ ground: string; direction: string }>(`(() => {
      const element = document.querySelector("latchkey-clients");
      const { backgroundColor, direction } = getComputedStyle(element);
      return { ground: backgroundColor, direction };
    })()`);
    expect(style).toEqual({ ground: "rgb(15, 19, 25)", direction: "ltr" });
  });
});
