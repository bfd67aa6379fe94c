import type { Page, Route } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { NO_SWEEPS, startTestCloud } from "../support/cloud.ts";
import { bringAxe, expectNoViolations } from "./accessibility.ts";
import { inChromium, useBrowser } from "./chromium.ts";
import { focused, pressOn, tabTo } from "./keyboard.ts";
import { consentItem, stubOperators } from "./operators-stub.ts";
import { createClient, openAs, signIn, startPage } from "./portal.ts";

inChromium("the operator's story", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  let portal: string;
  beforeAll(async () => {
    // What is granted in the directory is found by the click that looks for it, and by no sweep before it.
    cloud = await startTestCloud({
      environment: { ...NO_SWEEPS, CONSENT_GRANT: "automatic-on-approve" },
    });
    portal = cloud.addresses.portal;
  });

  async function requestAs(who: "ann" | "bob", name: string): Promise<Page> {
    const page = await chromium.page();
    await openAs(page, portal, who);
    await createClient(page, name);
    return page;
  }
  it("leaves no token for the customers' page, nor they for hers, in one tab", async () => {
    const page = await chromium.page();
    const { CUSTOMER_AUDIENCE = "", OPERATOR_AUDIENCE = "" } = cloud.settings;
    const tokensOf = async (clientId: string): Promise<number> => {
      const names: string[] = await page.evaluate("Object.keys(sessionStorage)");
      return names.filter((name) => /token/.test(name) && name.includes(clientId)).length;
    };
    await signIn(page, portal, "olga");
    expect(await tokensOf(OPERATOR_AUDIENCE)).toBeGreaterThan(0);

    await signIn(page, portal, "ann");
    expect(await tokensOf(OPERATOR_AUDIENCE)).toBe(0);
    expect(await tokensOf(CUSTOMER_AUDIENCE)).toBeGreaterThan(0);

    await page.goto(startPage(portal, "olga"));
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await tokensOf(CUSTOMER_AUDIENCE)).toBe(0);
  });

  const inQueue = async (page: Page, name: string): Promise<void> => {
    await expect
      .poll(
        async () => {
          await page.reload();
          await page.locator(".bones").first().waitFor({ state: "detached" });
          return page.getByText(name, { exact: true }).count();
        },
        { interval: 500 },
      )
      .toBeGreaterThan(0);
  };

  it("grants on the directory's own page, checks, and the customer sees it", async () => {
    const ann = await requestAs("ann", "Granted by hand");
    const olga = await chromium.page();
    await openAs(olga, portal, "olga");
    await inQueue(olga, "Granted by hand");
    await olga.getByText("Requested by Ann Contoso").first().waitFor();
    await olga.getByRole("button", { name: "Check now: Granted by hand" }).click();
    await olga.getByRole("status").getByText("no consent in the directory yet").waitFor();

    const opening = olga.context().waitForEvent("page");
    await olga.getByRole("link", { name: /^Open grant page: Granted by hand/ }).click();
    const directory = await opening;
    await directory.getByRole("button", { name: /^Grant admin consent/ }).click();
    await directory.getByRole("cell", { name: "granted", exact: true }).waitFor();
    await directory.close();
    await olga.getByRole("button", { name: "Check now: Granted by hand" }).click();
    await olga.getByText("Consent granted", { exact: true }).waitFor();

    await ann.reload();
    await ann.getByText("The client can call the API.").waitFor();
  });

  it("grants from the queue where that is switched on", async () => {
    await requestAs("bob", "Granted here");
    const olga = await chromium.page();
    await openAs(olga, portal, "olga");
    await inQueue(olga, "Granted here");
    await olga.getByRole("button", { name: "Grant: Granted here" }).click();
    await olga.getByText("for the subscription fabrikam").waitFor();
    await olga.getByRole("button", { name: "Grant consent" }).click();
    await olga.getByText("Consent granted", { exact: true }).waitFor();
  });

  it("rejects with a reason by keyboard alone, and the customer reads it", async () => {
    const ann = await requestAs("ann", "Unwanted");
    const olga = await chromium.page();
    await olga.goto(startPage(portal, "olga"));
    await olga.getByRole("button", { name: "Sign in" }).waitFor();
    await pressOn(olga, "Sign in");
    await olga.getByRole("button", { name: /^Olga/ }).waitFor();
    await pressOn(olga, /^Olga/);
    await olga.getByRole("button", { name: "Sign out" }).waitFor();
    await inQueue(olga, "Unwanted");
    await pressOn(olga, "Reject: Unwanted");
    await expect.poll(() => focused(olga)).toBe("Reason");
    await olga.keyboard.type("We do not know this application.");
    await tabTo(olga, "Reject request");
    await olga.keyboard.press("Enter");
    await olga.getByText("We do not know this application.").waitFor();
    await pressOn(olga, /^Rejected \(\d+\)$/);
    await olga.getByText("We do not know this application.").waitFor();

    await ann.reload();
    await ann
      .getByText("An administrator rejected this client: We do not know this application.")
      .waitFor();
  });

  it("keeps the reason that is being typed when a decision on another request comes late", async () => {
    const olga = await chromium.page();
    await stubOperators(olga, [
      consentItem(1, { displayName: "Slow", automaticGrant: true }),
      consentItem(2, { displayName: "Next" }),
    ]);
    const asked = Promise.withResolvers<Route>();
    await olga.route("**/consents/*/grant", (route) => asked.resolve(route));
    await openAs(olga, portal, "olga");
    await olga.getByRole("button", { name: "Grant: Slow" }).click();
    await olga.getByRole("button", { name: "Grant consent" }).click();
    const late = await asked.promise;
    await olga.getByRole("button", { name: "Cancel" }).click();
    await olga.getByRole("button", { name: "Reject: Next" }).click();
    await olga.getByLabel("Reason").fill("Half a reason");
    await late.fallback();
    await olga.getByText("Consent granted", { exact: true }).waitFor();
    expect(await olga.getByLabel("Reason").inputValue()).toBe("Half a reason");
  });

  it("puts what is overdue in front and marks it; another operator's decision is told", async () => {
    const items = [
      consentItem(1, { dueInHours: -30, displayName: "Very late" }),
      consentItem(2, { dueInHours: 0.3, displayName: "Nearly" }),
      consentItem(3, { dueInHours: 40, displayName: "Later" }),
    ];
    const olga = await chromium.page();
    await stubOperators(olga, items);
    await openAs(olga, portal, "olga");
    await olga.getByText(/^overdue by 30h 0m$/).waitFor();
    await olga.getByText(/^due in 1\dm \d+s$/).waitFor();
    const before = await olga.getByText(/^due in 1\dm/).textContent();
    await expect.poll(() => olga.getByText(/^due in 1\dm/).textContent()).not.toBe(before);
    const rows = olga.getByRole("listitem");
    expect(await rows.count()).toBe(3);
    expect(await rows.first().getAttribute("part")).toContain("row-late");

    await olga.getByRole("button", { name: "Reject: Nearly" }).click();
    items.splice(1, 1, {
      ...consentItem(2),
      displayName: "Nearly",
      consent: { ...consentItem(2).consent, state: "granted" },
    });
    await olga.getByLabel("Reason").fill("Too slow");
    await olga.getByRole("button", { name: "Reject request" }).click();
    await olga.getByText("This request has been decided").waitFor();
    await olga.getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => rows.count()).toBe(2);
    await olga.getByRole("button", { name: "Overdue" }).click();
    await expect.poll(() => rows.count()).toBe(1);
  });

  it("decides on what was shown: who asks for what, with which risk; a change meanwhile is shown first", async () => {
    const items = [
      consentItem(1, { displayName: "Nightly import", automaticGrant: true }),
      consentItem(2, {
        displayName: "Overgranted",
        consent: { ...consentItem(2).consent, state: "granted" },
        drift: {
          foundAt: new Date().toISOString(),
          roles: [{ resource: "Microsoft Graph", role: "Mail.Send", own: false }],
        },
      }),
    ];
    const olga = await chromium.page();
    await stubOperators(olga, items);
    await openAs(olga, portal, "olga");
    await olga.getByRole("button", { name: "Grant: Nightly import" }).click();
    const dialog = olga.getByRole("dialog");
    for (const fact of [
      /Change data\s+\(api\.write, high risk\)/,
      /Signed in as 7f0e1f5a-.* at https:\/\/login\.example/,
      /3: 1 waiting, 1 granted, 1 rejected, 0 withdrawn/,
    ])
      await dialog.getByText(fact).waitFor();
    const [first] = items;
    if (!first) return expect.unreachable();
    items[0] = { ...first, displayName: "Payroll of the board", revision: "2" };
    await olga.getByRole("button", { name: "Grant consent" }).click();
    await dialog.getByRole("heading", { name: "Payroll of the board" }).waitFor();
    await dialog.getByRole("alert").waitFor();
    await olga.getByRole("button", { name: "Grant consent" }).click();
    await olga.getByText("Consent granted", { exact: true }).waitFor();

    await olga.getByRole("button", { name: "More than asked for (1)" }).click();
    await olga.getByText("Mail.Send of Microsoft Graph").waitFor();
  });

  it("an alert's link leads to its request, through the sign-in, and Back to the queue", async () => {
    const ann = await requestAs("ann", "Linked");
    const olga = await chromium.page();
    await openAs(olga, portal, "olga");
    await inQueue(olga, "Linked");
    await ann.close();
    await olga.getByRole("button", { name: "Linked", exact: true }).click();
    await olga.waitForURL(/\/consents\/[0-9a-f-]{36}$/);
    const link = olga.url();

    const other = await chromium.page();
    await other.goto(link);
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByRole("button", { name: /^Olga/ }).click();
    await other.getByRole("heading", { name: "Consent request" }).waitFor();
    await other.getByText("Linked", { exact: true }).waitFor();
    expect(other.url()).toBe(link);
    await other.getByRole("button", { name: "All requests" }).click();
    await other.getByRole("searchbox").waitFor();
    expect(new URL(other.url()).pathname).toBe("/consents");
    await other.goBack();
    await other.getByRole("heading", { name: "Consent request" }).waitFor();
    await other.goto(link.replace(/.{8}$/, "00000000"));
    await other.getByText("There is no such request").waitFor();
  });

  it("stops a client, its grant and its subscription with a reason; the customer reads it and cannot undo it", async () => {
    const bob = await requestAs("bob", "To be stopped");
    const olga = await chromium.page();
    await bringAxe(olga.context());
    await openAs(olga, portal, "olga");
    await inQueue(olga, "To be stopped");
    await olga.getByRole("button", { name: "To be stopped", exact: true }).click();
    const dialog = olga.getByRole("dialog");
    const undo = (action: string) =>
      olga
        .getByRole("button", { name: action })
        .click()
        .then(() => dialog.getByRole("button", { name: action }).click());
    const stopFor = async (action: string, reason: string) => {
      await olga.getByRole("button", { name: action }).click();
      await dialog.getByLabel("Reason").fill(reason);
      await dialog.getByRole("button", { name: action }).click();
      await dialog.waitFor({ state: "detached" });
    };

    // By keyboard alone, and not without a reason.
    await olga.getByRole("button", { name: "Suspend client" }).waitFor();
    await pressOn(olga, "Suspend client");
    await expect.poll(() => focused(olga)).toBe("Reason");
    await pressOn(olga, "Suspend client");
    await dialog.getByText("Fill in this field.").waitFor();
    await expect.poll(() => focused(olga)).toBe("Reason");
    await olga.keyboard.type("Its secret has leaked");
    await tabTo(olga, "Suspend client");
    await olga.keyboard.press("Enter");
    const suspended = /An administrator suspended this client .* Reason: Its secret has leaked$/;
    await olga.getByText(suspended).waitFor();
    await expectNoViolations(olga, "a suspended client");
    await bob.reload();
    await bob.getByText(suspended).waitFor();
    expect(await bob.getByRole("button", { name: /resume|suspend/i }).count()).toBe(0);
    await undo("Resume client");
    await olga.getByText(suspended).waitFor({ state: "detached" });
    await bob.reload();
    await bob.getByText("Awaiting consent").waitFor();
    expect(await bob.getByText(suspended).count()).toBe(0);

    await olga.getByRole("button", { name: "Grant: To be stopped" }).click();
    await dialog.getByRole("button", { name: "Grant consent" }).click();
    await olga.getByText("Consent granted", { exact: true }).waitFor();
    await stopFor("Withdraw consent", "The contract has ended");
    await olga.getByText("Consent withdrawn", { exact: true }).waitFor();
    await olga.getByText("The contract has ended").waitFor();

    await stopFor("Block new clients", "Not paid");
    await olga.getByText(/It may make no more clients since .* Reason: Not paid$/).waitFor();
    await bob.getByRole("button", { name: "All clients" }).click();
    await bob.getByRole("button", { name: "New client" }).first().click();
    await bob.getByRole("textbox", { name: "Name" }).fill("One more");
    await bob.getByRole("button", { name: "Create client" }).click();
    const refused = bob.getByRole("alert");
    await refused.getByText("Your subscription may make no more clients").waitFor();
    await refused.getByText("Reason: Not paid").waitFor();

    await stopFor("Suspend all clients", "Still not paid");
    await olga.getByText(/have been suspended since .* Reason: Still not paid$/).waitFor();
    await olga.getByText(/^Suspend all clients: ended, (\d+) of \1$/).waitFor();
    await olga.getByText(/An administrator suspended .* Still not paid$/).waitFor();
    await olga.reload();
    await olga.getByText(/^Suspend all clients: ended/).waitFor();
    await undo("Resume all clients");
    await olga.getByText(/^Resume all clients: ended, (\d+) of \1$/).waitFor();
    await olga.getByText(/An administrator suspended/).waitFor({ state: "detached" });
    await undo("Allow new clients");
    await olga.getByRole("button", { name: "Block new clients" }).waitFor();
    await bob.getByRole("button", { name: "Create client" }).click();
    await bob.getByRole("heading", { name: "One more" }).waitFor();
  });

  it("is shown the queue by an address of a customer that was cut off", async () => {
    await requestAs("ann", "Behind half an address");
    const page = await chromium.page();
    const failures: string[] = [];
    page.on("pageerror", ({ message }) => failures.push(message));
    await openAs(page, portal, "olga");
    await page.goto(`${portal}/consents#/customers/%E2%82`);
    await page.reload();
    await inQueue(page, "Behind half an address");
    expect(failures).toEqual([]);
    await page.close();
  });

  it("sees all of one customer: clients, who did what, and stops it as a whole", async () => {
    const ann = await requestAs("ann", "Of a customer");
    const page = await chromium.page();
    await bringAxe(page.context());
    await openAs(page, portal, "olga");
    await inQueue(page, "Of a customer");
    await page
      .getByRole("button", { name: "Customer contoso: clients and activity" })
      .first()
      .click();
    await page.getByRole("heading", { name: "Customer contoso" }).waitFor();
    expect(new URL(page.url()).hash).toBe("#/customers/contoso");
    await page.getByRole("button", { name: "Of a customer", exact: true }).waitFor();
    await page.locator(".timeline li", { hasText: "Of a customer" }).first().waitFor();
    await page.getByText("Nothing of it is stopped.").waitFor();
    await expectNoViolations(page, "a customer");
    await page.emulateMedia({ colorScheme: "dark" });
    await expectNoViolations(page, "a customer, in dark");
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);

    await page.getByRole("button", { name: "Block new clients" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("Under review");
    await page.getByRole("dialog").getByRole("button", { name: "Block new clients" }).click();
    await page.getByText("Reason: Under review").first().waitFor();
    await page.getByRole("button", { name: "Allow new clients" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Allow new clients" }).click();
    await page.getByText("Nothing of it is stopped.").waitFor();
    await page.locator(".timeline li", { hasText: "New clients allowed again" }).first().waitFor();

    await page.reload();
    await page.getByRole("heading", { name: "Customer contoso" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Consent requests" }).waitFor();
    await ann.close();
  });

  it("keeps customers out of the queue and operators out of the clients", async () => {
    const page = await chromium.page();
    await signIn(page, portal, "ann");
    await page.goto(startPage(portal, "olga"));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: /^Olga/ }).waitFor();
    expect(await page.getByRole("button", { name: /^Ann/ }).count()).toBe(0);
  });
});
