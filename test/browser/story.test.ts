import { beforeAll, describe, expect, it } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { grantAs } from "../support/grant-as.ts";
import { inChromium, useBrowser } from "./chromium.ts";
import { stopClock } from "./clock.ts";
import { addSecret, closeSecret, createClient, signIn } from "./portal.ts";
import { heapHolds, historyOf, searchPage } from "./secret-search.ts";

inChromium("the customer's story", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });

  describe("by mouse", () => {
    it("goes from an empty page to a working token", async () => {
      const page = await chromium.page();
      await signIn(page, cloud.addresses.portal, "ann");
      await page.getByRole("heading", { name: "No clients yet" }).waitFor();
      await createClient(page, "Billing service");
      expect(new URL(page.url()).hash).toMatch(/^#\/[\da-f-]{36}$/);
      await page.getByText("An administrator decides within 24 hours of your request").waitFor();
      const secret = await addSecret(page, "Production");

      const appId = await page.locator("[data-copy=app-id]").textContent();
      const { tokenEndpoint, resourceScope } = cloud.addresses;
      const token = await fetch(tokenEndpoint, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: appId ?? "",
          client_secret: secret,
          scope: resourceScope,
        }),
      });
      expect(token.status).toBe(200);

      await closeSecret(page);
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(secret);
      await page.getByText("in 365 days").waitFor();
      await page.getByRole("button", { name: "All clients" }).click();
      await page.getByText("1 secret", { exact: true }).waitFor();
    });

    it("shows samples that run as they stand, up to the API's answer", async () => {
      const page = await chromium.page();
      await signIn(page, cloud.addresses.portal, "ann");
      await createClient(page, "O'Hara & Söhne <b>");
      await grantAs(cloud, new URL(page.url()).hash.slice(2));
      await addSecret(page, "Samples");
      const code = async (name: string) =>
        (await page.locator(`[data-copy="once-${name}"]`).textContent()) ?? "";
      const { runShell, runModule } = await import("./run-snippet.ts");
      expect(JSON.parse(await runShell(await code("curl")))).toEqual({ items: [] });
      expect(JSON.parse(await runModule(await code("Node.js")))).toEqual({ items: [] });
    });

    it("renames, removes a secret, and deletes only after the name was typed", async () => {
      const page = await chromium.page();
      await signIn(page, cloud.addresses.portal, "bob");
      await createClient(page, "Old name");
      await page.getByRole("button", { name: "Rename" }).click();
      await page.getByRole("textbox", { name: "Name" }).fill("New name");
      await page.getByRole("button", { name: "Save name" }).click();
      await page.getByRole("heading", { name: "New name" }).waitFor();

      await addSecret(page, "Short-lived");
      await closeSecret(page);
      await page.getByRole("button", { name: "Remove Short-lived" }).click();
      await page.getByRole("button", { name: "Remove secret" }).click();
      await page.getByText("A client needs a secret to sign in").waitFor();

      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByLabel("Type New name to confirm").fill("Old name");
      await page.getByRole("button", { name: "Delete client" }).click();
      await page.getByText("That is not the client's name.").waitFor();
      await page.getByLabel("Type New name to confirm").fill("New name");
      await page.getByRole("button", { name: "Delete client" }).click();
      await page.getByRole("heading", { name: "No clients yet" }).waitFor();
      expect(new URL(page.url()).hash).toBe("");
    });

    interface Shown {
      readonly displayName: string;
      readonly secrets: readonly { readonly displayName: string }[];
    }
    const clientsOf = async (who: "ann" | "bob"): Promise<readonly Shown[]> => {
      const { accessToken } = cloud.addresses.users[who];
      const answer = await fetch(`${cloud.addresses.api}/clients`, {
        headers: { authorization: `Bearer ${accessToken}` },
      });
      const { items }: { items: readonly Shown[] } = JSON.parse(await answer.text());
      return items;
    };
    const secretsOf = async (name: string) =>
      (await clientsOf("bob"))
        .find(({ displayName }) => displayName === name)
        ?.secrets.map(({ displayName }) => displayName);

    it("takes back a removal within seven seconds; leaving is no second thought", async () => {
      const page = await chromium.page();
      await signIn(page, cloud.addresses.portal, "bob");
      await createClient(page, "Second thoughts");
      await addSecret(page, "Wanted");
      await page.getByText("It works now.").waitFor();
      await closeSecret(page);
      await stopClock(page);
      const removals: string[] = [];
      page.on("request", (request) => {
        if (request.method() === "DELETE") removals.push(new URL(request.url()).pathname);
      });
      const remove = async () => {
        await page.getByRole("button", { name: "Remove Wanted" }).click();
        await page.getByRole("button", { name: "Remove secret" }).click();
        await page.getByText("A client needs a secret to sign in").waitFor();
      };

      await remove();
      await page.getByText("Wanted will be removed in 7 seconds").waitFor();
      await page.clock.runFor(6_000);
      await page.getByText(/^Wanted will be removed in 1 second\b/).waitFor();
      // While somebody is at the button the time stands still.
      await page.getByRole("button", { name: "Undo: keep Wanted" }).hover();
      await page.getByText("Wanted will be removed when you move on.").waitFor();
      await page.clock.runFor(60_000);
      await page.getByRole("button", { name: "Undo: keep Wanted" }).click();
      await page.getByRole("button", { name: "Remove Wanted" }).waitFor();
      expect(removals).toEqual([]);
      expect(await secretsOf("Second thoughts")).toEqual(["Wanted"]);

      await remove();
      await page.goto("about:blank");
      await expect.poll(() => secretsOf("Second thoughts")).toEqual([]);
    });

    it("says why a removal did not come about, and shows what is still there", async () => {
      const page = await chromium.page();
      await signIn(page, cloud.addresses.portal, "bob");
      await page.getByRole("button", { name: "Second thoughts", exact: true }).click();
      await stopClock(page);
      await page.route("**/api/clients/*", (route) =>
        route.request().method() === "DELETE" ? route.abort() : route.continue(),
      );
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByLabel("Type Second thoughts to confirm").fill("Second thoughts");
      await page.getByRole("button", { name: "Delete client" }).click();
      await page.getByText("Second thoughts will be removed in 7 seconds").waitFor();
      await page.clock.runFor(7_000);
      await page.getByText("Second thoughts could not be removed and is still there.").waitFor();
      await page.getByRole("button", { name: "Second thoughts", exact: true }).waitFor();
      await page.unroute("**/api/clients/*");
      await page.getByRole("button", { name: "Try again", exact: true }).click();
      await expect
        .poll(async () => (await clientsOf("bob")).map(({ displayName }) => displayName))
        .not.toContain("Second thoughts");

      await page.getByRole("button", { name: "Deleted clients" }).click();
      await page.getByText("Can be restored until").first().waitFor();
      await page.getByRole("button", { name: "Restore Second thoughts" }).click();
      await page.getByRole("heading", { name: "Second thoughts" }).waitFor();
      await page.getByRole("button", { name: "Add secret" }).waitFor();
      expect((await clientsOf("bob")).map(({ displayName }) => displayName)).toContain(
        "Second thoughts",
      );
    });

    it("replaces a secret without an outage, and says when each of the two ends", async () => {
      const page = await chromium.page();
      await signIn(page, cloud.addresses.portal, "ann");
      await createClient(page, "Rotated");
      await addSecret(page, "Yearly");
      await closeSecret(page);
      await page.getByRole("button", { name: "Rotate Yearly" }).click();
      await page.getByRole("button", { name: "Rotate secret" }).click();
      await page.getByText(/^The new one works until .*, the old one until /).waitFor();
      await page.getByText("It works now.").waitFor();
      await closeSecret(page);
      await page.getByText("Is being replaced").waitFor();
      await page.getByText(/^Removed in 23h 59m$/).waitFor();
      expect(await page.getByRole("button", { name: "Rotate Yearly" }).count()).toBe(1);
    });

    it("stops a client of one's own and lets it go on, and sees who did what", async () => {
      const page = await chromium.page();
      await signIn(page, cloud.addresses.portal, "bob");
      await createClient(page, "On and off");
      await page.getByRole("button", { name: "Suspend" }).click();
      await page.getByRole("button", { name: "Suspend" }).last().click();
      await page.getByText("Fill in this field.").waitFor();
      await page.getByLabel("Reason").fill("Its key has leaked");
      await page.getByRole("button", { name: "Suspend" }).last().click();
      await page.getByText(/by your own side.*Its key has leaked/).waitFor();
      await page.getByRole("button", { name: "Resume" }).click();
      await page.getByRole("button", { name: "Resume" }).last().click();
      await page.getByText(/by your own side/).waitFor({ state: "detached" });

      await page.getByText("Activity", { exact: true }).click();
      const entries = page.locator(".timeline li");
      await expect.poll(() => entries.count()).toBe(3);
      expect(await entries.locator("strong").allTextContents()).toEqual([
        "Client resumed",
        "Client suspended",
        "Client created",
      ]);
      expect(await entries.nth(1).textContent()).toContain("Its key has leaked");
    });

    it("signs out", async () => {
      const page = await chromium.page();
      await signIn(page, cloud.addresses.portal, "bob");
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      expect(
        await page.evaluate(
          "Object.keys(sessionStorage).filter((k) => /token/.test(sessionStorage[k]))",
        ),
      ).toEqual([]);
    });
  });

  describe("a secret's value", () => {
    it("is asked about before it is lost, and gone from everywhere once closed", async () => {
      const page = await chromium.page();
      const said: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      await signIn(page, cloud.addresses.portal, "ann");
      await createClient(page, "Secretive");
      const secret = await addSecret(page, "Once");
      expect(await searchPage(page, secret)).not.toEqual([]);
      const session = await page.context().newCDPSession(page);
      expect(await heapHolds(session, secret)).toBe(true);

      await page.keyboard.press("Escape");
      await page.getByText("You have not copied the value").waitFor();
      await page.getByRole("button", { name: "Go back" }).click();
      expect(await searchPage(page, secret)).not.toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Close without copying" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });

      expect(await searchPage(page, secret)).toEqual([]);
      expect((await historyOf(session)).join()).not.toContain(secret);
      expect(said.join()).not.toContain(secret);
      expect(await heapHolds(session, secret)).toBe(false);
    });

    it("does not come back by Back, reload or another visit", async () => {
      const page = await chromium.page();
      await signIn(page, cloud.addresses.portal, "ann");
      await createClient(page, "Returning");
      const secret = await addSecret(page, "Once");
      await page.goto("about:blank");
      await page.goBack();
      await page.getByRole("heading", { name: "Returning" }).waitFor();
      expect(await searchPage(page, secret)).toEqual([]);
      await page.reload();
      await page.getByRole("heading", { name: "Returning" }).waitFor();
      expect(await searchPage(page, secret)).toEqual([]);
    });
  });
});
