import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { bringAxe, expectNoViolations, sticksOut } from "./accessibility.ts";
import { inChromium, useBrowser, WINDOW } from "./chromium.ts";
import { consentItem, stubOperators } from "./operators-stub.ts";
import { addSecret, closeSecret, signIn, startPage } from "./portal.ts";

const LONG =
  "Übertragungsschnittstellenkonfigurationsverwaltung-für-Rechnungsempfänger-international";

inChromium("every view", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  let portal: string;
  beforeAll(async () => {
    cloud = await startTestCloud();
    portal = cloud.addresses.portal;
  });

  /** All that a customer can see, one after another. */
  async function customerViews(page: Page, look: (view: string) => Promise<void>): Promise<void> {
    await page.goto(startPage(portal, "bob"));
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await look("signed out");
    await signIn(page, portal, "bob");
    const held = Promise.withResolvers<void>();
    await page.route("**/api/clients?*", async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.reload();
    await page.getByText("Loading …").waitFor({ state: "attached" });
    await look("loading");
    held.resolve();
    await page.getByRole("button", { name: "New client" }).first().waitFor();
    await page.locator(".bones").first().waitFor({ state: "detached" });
    await look("list");
    await page.getByRole("button", { name: "New client" }).first().click();
    await look("new client");
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByText("Fill in this field.").waitFor();
    await look("new client, with a complaint");
    await page.getByLabel("Name").fill(LONG);
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByRole("heading", { name: LONG }).waitFor();
    await look("client without secrets");
    for (const dialog of ["Rename", "Delete", "Add secret"]) {
      await page.getByRole("button", { name: dialog }).click();
      await page.getByRole("dialog").waitFor();
      await look(dialog);
      await page.keyboard.press("Escape");
    }
    await addSecret(page, LONG);
    await look("secret, once");
    await page.keyboard.press("Escape");
    await page.getByText("You have not copied the value").waitFor();
    await look("secret, about to be lost");
    await page.getByRole("button", { name: "Go back" }).click();
    await closeSecret(page);
    await look("client with a secret");
    await page.getByRole("button", { name: /^Remove / }).click();
    await look("Remove secret");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "All clients" }).click();
    await page.getByText("1 secret", { exact: true }).first().waitFor();
    await look("list with clients");
    await page.route("**/api/clients?*", (route) =>
      route.fulfill({
        status: 503,
        headers: { "retry-after": "60", "content-type": "application/problem+json" },
        body: JSON.stringify({
          type: "/problems/unavailable",
          title: "A service this one needs is away",
          detail: "Nothing was changed. Ask again after the pause.",
          instance: "urn:uuid:00000000-0000-4000-8000-000000000503",
        }),
      }),
    );
    await page.reload();
    await page.getByText("The service cannot do this at the moment").waitFor();
    await look("refused, with a pause");
    await page.unroute("**/api/clients?*");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
  }

  async function operatorViews(page: Page, look: (view: string) => Promise<void>): Promise<void> {
    await page.goto(startPage(portal, "olga"));
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await look("operators, signed out");
    const stop = { reason: LONG, at: new Date().toISOString(), operation: consentItem(9).clientId };
    const items = [
      consentItem(1, { dueInHours: -3, automaticGrant: true, displayName: LONG }),
      consentItem(2, {
        dueInHours: 2,
        flags: ["mixed-scripts", "resembles"],
        drift: {
          foundAt: new Date().toISOString(),
          roles: [
            {
              resource: "Microsoft Graph",
              role: "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
              own: false,
            },
          ],
        },
      }),
      consentItem(3, {
        dueInHours: 20,
        suspended: { by: "operator", reason: LONG, at: new Date().toISOString() },
      }),
    ];
    await stubOperators(page, items, { blocked: stop, suspended: stop });
    await signIn(page, portal, "olga");
    await page.getByText("Client 2").waitFor();
    await look("queue");
    await page.getByRole("button", { name: LONG, exact: true }).click();
    await page.getByRole("heading", { name: "Consent request" }).waitFor();
    await page.getByText("Change data").waitFor();
    await look("one request");
    for (const action of ["Suspend client", "Resume all clients", "Allow new clients"]) {
      await page.getByRole("button", { name: action }).click();
      await page.getByRole("dialog").waitFor();
      await look(action);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: "All requests" }).click();
    await page.getByText("Client 2").waitFor();
    for (const action of ["Grant", "Reject"]) {
      await page.getByRole("button", { name: `${action}: ${LONG}` }).click();
      await page.getByRole("dialog").waitFor();
      await look(action);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: "Reject: Client 2" }).click();
    await page.getByLabel("Reason").fill("Not one of ours");
    await page.getByRole("button", { name: "Reject request" }).click();
    await page.getByText("Not one of ours").waitFor();
    await look("queue with a decision");
    await page.getByRole("button", { name: "Granted" }).click();
    await page.getByText("No request is in this state.").waitFor();
    await look("nothing in this state");
    await page.getByRole("searchbox").fill("nobody");
    await page.keyboard.press("Enter");
    await page.getByText("No request in this state fits.").waitFor();
    await look("nothing found");
  }

  // To come to a view costs more than to look at it: each is looked at in light, in dark and on a narrow window before the next.
  it.each([
    { of: "customers", walk: customerViews, width: 360, atLeast: 15 },
    { of: "operators", walk: operatorViews, width: 320, atLeast: 11 },
  ])(
    "of $of has no accessibility violation and no text below a contrast of 4.5, in light and dark, and fits $width pixels",
    async ({ walk, width, atLeast }) => {
      const page = await chromium.page();
      await bringAxe(page.context());
      const views: string[] = [];
      await walk(page, async (view) => {
        views.push(view);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await expectNoViolations(page, `${colorScheme}, ${view}`);
        }
        await page.setViewportSize({ width, height: 740 });
        expect(await sticksOut(page), view).toEqual([]);
        await page.setViewportSize(WINDOW);
      });
      expect(views.length).toBeGreaterThanOrEqual(atLeast);
    },
  );

  it("speaks German to a German reader, times included", async () => {
    const page = await chromium.page({ locale: "de-DE" });
    await bringAxe(page.context());
    await signIn(page, portal, "ann");
    expect(await page.evaluate("document.documentElement.lang")).toBe("de-DE");
    await page.getByRole("heading", { name: "Noch keine Clients" }).waitFor();
    await page.getByRole("button", { name: "Neuer Client" }).first().click();
    await page.getByLabel("Name").fill("Rechnungsdienst");
    await page.getByRole("button", { name: "Client anlegen" }).click();
    await page.getByText("Innerhalb von 24 Stunden nach Ihrer Anfrage").waitFor();
    await page.getByText(/^fällig in 23 Std\. \d+ Min\.$/).waitFor();
    await expectNoViolations(page, "German");
    const hover = await page.locator("time").first().getAttribute("title");
    expect(hover).toMatch(/^\w+tag|^\w+woch|^Samstag/);
    await page.route("**/api/clients/*", (route) =>
      route.fulfill({
        status: 404,
        json: { type: "/problems/not-found", title: "There is no such client" },
      }),
    );
    await page.reload();
    await page.getByText("Diesen Client gibt es nicht").waitFor();
    const english = /\b(the|client's|secret|expires|sign|your)\b/i;
    // The samples are in the languages of programs.
    const text = await page.evaluate<string>(
      "(() => { const copy = document.createElement('div'); copy.append(...[...document.querySelector('latchkey-clients').shadowRoot.children].map((child) => child.cloneNode(true))); for (const code of copy.querySelectorAll('.snippets details')) code.remove(); return copy.textContent; })()",
    );
    expect(text.replaceAll("YOUR-CLIENT-SECRET", "")).not.toMatch(english);
  });

  it("tells exact times in the reader's own zone", async () => {
    const at = async (timezoneId: string) => {
      const page = await chromium.page({ timezoneId });
      await signIn(page, portal, "ann");
      await page.getByRole("button", { name: "Rechnungsdienst", exact: true }).click();
      return page.locator("dd time").first().getAttribute("title");
    };
    const [berlin, auckland] = [await at("Europe/Berlin"), await at("Pacific/Auckland")];
    expect(berlin).toMatch(/(CET|CEST|GMT\+[12])$/);
    expect(auckland).toMatch(/(NZDT|NZST|GMT\+1[23])$/);
  });
});
