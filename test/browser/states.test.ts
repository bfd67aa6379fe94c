import { beforeAll, describe, expect, it } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { bringAxe, expectNoViolations } from "./accessibility.ts";
import { inChromium, useBrowser } from "./chromium.ts";
import { stopClock } from "./clock.ts";
import { addSecret, closeSecret, createClient, openAs, signIn } from "./portal.ts";

inChromium("when things go wrong", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  let portal: string;
  beforeAll(async () => {
    cloud = await startTestCloud();
    portal = cloud.addresses.portal;
  });

  it("a throttling directory is told where it was asked, and nothing typed is lost", async () => {
    const page = await chromium.page();
    await openAs(page, portal, "ann");
    await page.getByRole("button", { name: "New client" }).first().click();
    await page.getByLabel("Name").fill("Patient");
    await cloud.setFaults({ directory: { throttle: { share: 1, retryAfterSeconds: 1 } } });
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByRole("alert").getByText("There is much to do just now").waitFor();
    await cloud.setFaults({});
    // Nobody presses anything: it is sent again when the pause is over, with what was typed.
    await page.getByRole("heading", { name: "Patient" }).waitFor();
  });

  it("a pause is counted down; at its end it is asked again, and not before", async () => {
    const page = await chromium.page();
    await openAs(page, portal, "ann");
    await stopClock(page);
    let asked = 0;
    await page.route("**/api/clients?*", (route) => {
      asked += 1;
      return route.fulfill({
        status: 429,
        headers: { "retry-after": "3", "content-type": "application/problem+json" },
        body: JSON.stringify({
          type: "/problems/directory-throttled",
          title: "The directory asks for a pause",
          detail: "Nothing was changed. Ask again after the pause.",
        }),
      });
    });
    await page.reload();
    await page.getByText("Tried again by itself in 3s", { exact: true }).waitFor();
    await page.clock.runFor(2_000);
    await page.getByText("Tried again by itself in 1s", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Try again", exact: true }).click({ force: true });
    expect(asked).toBe(1);
    await page.unroute("**/api/clients?*");
    await page.clock.runFor(1_000);
    await page.getByRole("button", { name: "Patient", exact: true }).waitFor();
  });

  it("a lost connection is told, and mended by itself once it is back", async () => {
    const page = await chromium.page();
    await openAs(page, portal, "ann");
    await page.getByRole("heading", { name: "API clients" }).waitFor();
    await page.context().setOffline(true);
    await createOffline(page);
    await page.getByText("The service cannot be reached").waitFor();
    await page.context().setOffline(false);
    // The same wish under the same key: it is done once.
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByRole("heading", { name: "Made offline" }).waitFor();
  });

  it("a list that could not be read is read as soon as the browser is online", async () => {
    const page = await chromium.page();
    await openAs(page, portal, "bob");
    await page.getByText("No clients yet").waitFor();
    await page.route("**/api/clients?*", (route) => route.abort("internetdisconnected"));
    await page.reload();
    await page.getByText("The service cannot be reached").waitFor();
    await page.unroute("**/api/clients?*");
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.getByText("No clients yet").waitFor();
  });

  it("an answer that was lost is asked for again without a second client", async () => {
    const page = await chromium.page();
    await openAs(page, portal, "bob");
    const keys: (string | undefined)[] = [];
    let lose = true;
    await page.route("**/api/clients", async (route) => {
      keys.push(route.request().headers()["idempotency-key"]);
      if (!lose) return route.continue();
      lose = false;
      await route.fetch();
      await route.abort("connectionreset");
    });
    await page.getByRole("button", { name: "New client" }).first().click();
    await page.getByLabel("Name").fill("Only once");
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByText("The service cannot be reached").waitFor();
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByRole("heading", { name: "Only once" }).waitFor();
    expect(keys).toEqual([keys[0], keys[0]]);
    await page.getByRole("button", { name: "All clients" }).click();
    expect(await page.getByRole("button", { name: "Only once", exact: true }).count()).toBe(1);
  });

  it("a session that has ended asks to sign in, and comes back to the same client", async () => {
    const page = await chromium.page();
    await signIn(page, portal, "ann");
    await createClient(page, "Still here");
    const address = page.url();
    const refuse = { status: 401, json: { type: "/problems/unauthenticated", title: "…" } };
    await page.route("**/api/clients**", (route) => route.fulfill(refuse));
    await page.reload();
    await page.getByText("Your session has ended").first().waitFor();
    await page.unroute("**/api/clients**");
    await page.getByRole("button", { name: "Sign in again" }).first().click();
    await page.getByRole("button", { name: /^Ann/ }).click();
    await page.getByRole("heading", { name: "Still here" }).waitFor();
    expect(page.url()).toBe(address);
  });

  it("an expired token is renewed without the person noticing", async () => {
    const page = await chromium.page();
    await signIn(page, portal, "ann");
    let refused = 0;
    const tokens = new Set<string | undefined>();
    await page.route("**/api/clients?*", (route) => {
      tokens.add(route.request().headers()["authorization"]);
      refused += 1;
      return refused === 1 ? route.fulfill({ status: 401, json: {} }) : route.continue();
    });
    await page.reload();
    await page.getByRole("button", { name: "Patient", exact: true }).waitFor();
    expect(refused).toBe(2);
    expect(tokens.size).toBe(2);
  });

  it("an authority that is away is no ended session, and is asked again by itself", async () => {
    const page = await chromium.page();
    await signIn(page, portal, "ann");
    const headers = { "access-control-allow-origin": "*", "retry-after": "60" };
    const json = { error: "temporarily_unavailable", error_description: "AADSTS90033: Later." };
    await page.route("**/token**", (route) => route.fulfill({ status: 503, headers, json }));
    await page.route("**/api/clients?*", (route) => route.fulfill({ status: 401, json: {} }));
    await page.reload();
    await page.getByText("Your sign-in could not be checked").first().waitFor();
    // The second time the library does not ask at all.
    const again = page.waitForRequest("**/api/clients?*");
    await page.getByRole("button", { name: "Try again" }).first().click();
    await again;
    await page.getByText("Your sign-in could not be checked").first().waitFor();
    expect(await page.getByText("Your session has ended").count()).toBe(0);
    await page.unroute("**/api/clients?*");
    await page.locator(".bones").first().waitFor({ state: "detached" });
    await page.getByText("Your sign-in could not be checked").waitFor({ state: "detached" });
  });

  it("an outage heals by itself, with nobody at the keys and the list still there", async () => {
    const page = await chromium.page();
    await openAs(page, portal, "ann");
    await page.getByRole("button", { name: "Patient", exact: true }).waitFor();
    await stopClock(page);
    let asked = 0;
    await page.route("**/api/clients?*", (route) => {
      asked += 1;
      return asked < 2
        ? route.fulfill({ status: 503, body: "<h1>gateway</h1>" })
        : route.continue();
    });
    await page.evaluate("dispatchEvent(new Event('online'))");
    const told = page.getByText("The service cannot be reached");
    await told.waitFor();
    await page.getByRole("button", { name: "Patient", exact: true }).waitFor();
    await page.clock.runFor(4_000);
    await told.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Patient", exact: true }).waitFor();
    expect(asked).toBe(2);
  });

  it("a busy button keeps a contrast that can be read, under the pointer too", async () => {
    const page = await chromium.page();
    await bringAxe(page.context());
    await openAs(page, portal, "ann");
    const held = Promise.withResolvers<void>();
    await page.route("**/api/clients", async (route) => {
      await held.promise;
      await route.abort();
    });
    await page.getByRole("button", { name: "New client" }).first().click();
    await page.getByLabel("Name").fill("Busy");
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByRole("button", { name: "Create client …" }).hover();
    await expectNoViolations(page, "busy");
    held.resolve();
  });

  it("signing out in one tab signs out of the others", async () => {
    const one = await chromium.page();
    await signIn(one, portal, "bob");
    const two = await one.context().newPage();
    await signIn(two, portal, "bob");
    await two.getByRole("heading", { name: "API clients" }).waitFor();
    await one.getByRole("button", { name: "Sign out" }).click();
    await two.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await two.evaluate("document.querySelector('latchkey-clients')")).toBeNull();
    const kept =
      "Object.values(sessionStorage).filter((kept) => /credentialType/.test(kept)).length";
    expect(await two.evaluate(kept)).toBe(0);
  });

  it("limits and conflicts are told in words for people", async () => {
    const page = await chromium.page();
    await openAs(page, portal, "ann");
    await createClient(page, "Full");
    await addSecret(page, "One");
    await closeSecret(page);
    const id = new URL(page.url()).hash.slice(2);
    await page.getByRole("button", { name: "Add secret" }).click();
    const { accessToken } = cloud.addresses.users.ann;
    const second = await fetch(`${cloud.addresses.api}/clients/${id}/secrets`, {
      method: "POST",
      headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({ displayName: "Two" }),
    });
    expect(second.status).toBe(201);
    await page.getByLabel("Name").fill("Three");
    await page.getByRole("button", { name: "Create secret" }).click();
    await page.getByText("The client has as many secrets as it may").waitFor();
    await page.getByText(/^Reference for support: [\da-f-]{36}(\s|$)/).waitFor();
  });

  describe("two tabs", () => {
    it("follow each other", async () => {
      const one = await chromium.page();
      await openAs(one, portal, "bob");
      const two = await one.context().newPage();
      await openAs(two, portal, "bob");
      await createClient(one, "From one tab");
      await two.getByRole("button", { name: "From one tab", exact: true }).click();
      await two.getByRole("heading", { name: "From one tab" }).waitFor();
      await one.getByRole("button", { name: "Rename" }).click();
      await one.getByRole("textbox", { name: "Name" }).fill("Renamed in one");
      await one.getByRole("button", { name: "Save name" }).click();
      await two.getByRole("heading", { name: "Renamed in one" }).waitFor();
    });

    it("say so when the client was deleted in the other", async () => {
      const one = await chromium.page();
      await openAs(one, portal, "bob");
      await createClient(one, "Doomed");
      const two = await one.context().newPage();
      await openAs(two, portal, "bob");
      await two.getByRole("button", { name: "Doomed", exact: true }).click();
      await two.getByRole("button", { name: "Add secret" }).waitFor();
      await stopClock(one);
      await one.getByRole("button", { name: "Delete" }).click();
      await one.getByLabel("Type Doomed to confirm").fill("Doomed");
      await one.getByRole("button", { name: "Delete client" }).click();
      await one.getByText("Doomed will be removed in 7 seconds").waitFor();
      await one.clock.runFor(7_000);
      await two.getByText("There is no such client").waitFor();
      await two.getByRole("button", { name: "All clients" }).click();
      expect(await two.getByRole("button", { name: "Doomed", exact: true }).count()).toBe(0);
    });

    it("let the later of two renames see the earlier one first", async () => {
      const one = await chromium.page();
      await openAs(one, portal, "bob");
      await createClient(one, "Contested");
      const id = new URL(one.url()).hash.slice(2);
      await one.getByRole("button", { name: "Rename" }).click();
      const { accessToken } = cloud.addresses.users.bob;
      const other = await fetch(`${cloud.addresses.api}/clients/${id}`, {
        method: "PATCH",
        headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
        body: JSON.stringify({ displayName: "Was faster" }),
      });
      expect(other.status).toBe(204);
      await one.getByRole("textbox", { name: "Name" }).fill("Too late");
      await one.getByRole("button", { name: "Save name" }).click();
      await one.getByText("The client has changed since you opened it").waitFor();
      await one.getByRole("button", { name: "Save name" }).click();
      await one.getByRole("heading", { name: "Too late" }).waitFor();
    });
  });
});

async function createOffline(page: Awaited<ReturnType<ReturnType<typeof useBrowser>["page"]>>) {
  await page.getByRole("button", { name: "New client" }).first().click();
  await page.getByLabel("Name").fill("Made offline");
  await page.getByRole("button", { name: "Create client" }).click();
}
