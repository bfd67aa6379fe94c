import { beforeAll, expect, it } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { inChromium, useBrowser } from "./chromium.ts";
import { stopClock } from "./clock.ts";
import { type Example, type HostPages, startHostPages } from "./host-page.ts";
import { addSecret, closeSecret, createClient } from "./portal.ts";

const EXAMPLES: readonly Example[] = [
  "plain.html",
  "react.jsx",
  "package.jsx",
  "vue.js",
  "angular.ts",
];

inChromium("in somebody else's page", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  let pages: HostPages;
  beforeAll(async () => {
    pages = await startHostPages();
    cloud = await startTestCloud({ environment: { CORS_ORIGINS: pages.origin } });
    pages.serve(cloud.addresses.portal, cloud.addresses.users.ann.accessToken);
  });

  it.each(EXAMPLES)("%s works across origins, events included", async (example) => {
    const page = await chromium.page();
    const told: string[] = [];
    page.on("console", (message) => told.push(message.text()));
    await page.goto(`${pages.origin}/${example}`);
    await page.getByRole("heading", { name: "API clients" }).waitFor();
    await createClient(page, `From ${example}`);
    await addSecret(page, "A secret");
    await closeSecret(page);
    await page.getByRole("button", { name: "All clients" }).click();
    await page.getByRole("button", { name: `From ${example}`, exact: true }).waitFor();
    // The element leaves the host page's own addresses alone.
    expect(new URL(page.url()).hash).toBe("");
    if (example !== "plain.html") expect(told.join()).toMatch(/created [\da-f-]{36}/);
    expect(told.filter((line) => /error|violat/i.test(line))).toEqual([]);
  });

  it("another origin than those listed is not let in", async () => {
    const page = await chromium.page();
    await page.goto(`${pages.origin.replace("127.0.0.1", "localhost")}/plain.html`);
    await page.getByText("The service cannot be reached").waitFor();
  });

  it("tells every event, never with a value", async () => {
    const page = await chromium.page();
    await page.goto(`${pages.origin}/plain.html`);
    await page.evaluate(`(() => {
      window.told = [];
      for (const name of ["client-created", "client-renamed", "client-deleted", "secret-created", "secret-removed", "view-changed"]) {
        document.addEventListener(name, ({ detail }) => window.told.push([name, detail]));
      }
    })()`);
    await createClient(page, "Eventful");
    const secret = await addSecret(page, "Told of");
    await closeSecret(page);
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Eventful, renamed");
    await page.getByRole("button", { name: "Save name" }).click();
    await page.getByRole("button", { name: "Remove Told of" }).click();
    await page.getByRole("button", { name: "Remove secret" }).click();
    await page.getByText("A client needs a secret to sign in").waitFor();
    await stopClock(page);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByLabel(/to confirm$/).fill("Eventful, renamed");
    await page.getByRole("button", { name: "Delete client" }).click();
    await page.getByRole("heading", { name: "API clients" }).waitFor();
    // What was decided on can be taken back for seven seconds; the host page is told when it is done.
    const tellings = () => page.evaluate<[string, object][]>("window.told");
    await page.getByText("Eventful, renamed will be removed in 7 seconds").waitFor();
    await page.clock.runFor(7_000);
    await expect
      .poll(async () => (await tellings()).map(([name]) => name))
      .toContain("client-deleted");
    const told = await tellings();
    expect(told.map(([name]) => name).filter((name) => name !== "view-changed")).toEqual([
      "client-created",
      "secret-created",
      "client-renamed",
      "secret-removed",
      "client-deleted",
    ]);
    expect(JSON.stringify(told)).not.toContain(secret);
  });

  it("takes the host page's colours, parts, scheme and language", async () => {
    const page = await chromium.page();
    await page.goto(`${pages.origin}/plain.html`);
    await page.addStyleTag({
      content:
        "latchkey-clients { --latchkey-accent: rgb(120, 20, 140) } latchkey-clients::part(title) { font-size: 40px }",
    });
    const button = page.getByRole("button", { name: "New client" }).first();
    const style = (element: typeof button, name: string) =>
      element.evaluate((element, property) => {
        const view = Reflect.get(globalThis, "getComputedStyle") as (
          e: unknown,
        ) => Record<string, string>;
        return view(element)[property];
      }, name);
    await expect.poll(() => style(button, "backgroundColor")).toBe("rgb(120, 20, 140)");
    const title = page.getByRole("heading", { name: "API clients" });
    expect(await style(title, "fontSize")).toBe("40px");
    const light = await style(title, "color");
    await page.evaluate("document.querySelector('latchkey-clients').setAttribute('theme', 'dark')");
    expect(await style(title, "color")).not.toBe(light);
    await page.evaluate("document.querySelector('latchkey-clients').lang = 'de'");
    await page.getByRole("heading", { name: "API-Clients" }).waitFor();
  });
});
