import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { inChromium, useBrowser } from "./chromium.ts";
import { closeSecret, createClient, signIn } from "./portal.ts";
import { searchPage } from "./secret-search.ts";

const Secrets = z.object({ secrets: z.array(z.object({ retiresAt: z.string().optional() })) });
const Named = z.object({ secrets: z.array(z.object({ keyId: z.string() })) });
const Actions = z.object({ items: z.array(z.object({ action: z.string() })) });
const State = z.object({ state: z.string() });

/** Living with a key: which one goes, when, who is told of it, and by what. */
inChromium("the care of keys", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });

  const call = (method: string, path: string, body?: object) =>
    fetch(`${cloud.addresses.api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${cloud.addresses.users.ann.accessToken}`,
        "content-type": "application/json",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  /** A client whose two places are taken. */
  const fullClient = async (page: Page, name: string) => {
    await createClient(page, name);
    const id = new URL(page.url()).hash.slice(2);
    for (const displayName of ["Old one", "Spare one"]) {
      const body = { displayName, lifetimeDays: 20 };
      expect((await call("POST", `/clients/${id}/secrets`, body)).status).toBe(201);
    }
    await page.reload();
    await page.getByText("2 of 2 secrets").waitFor();
    return id;
  };
  const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

  it("asks which secret goes where there is no room, moves the old one's end, and calls it off", async () => {
    const page = await chromium.page();
    await signIn(page, cloud.addresses.portal, "ann");
    const id = await fullClient(page, "Rotated");
    await button(page, "Rotate Old one").click();
    await button(page, "Rotate secret").click();
    await page.getByRole("group", { name: "There is no room for another secret." }).waitFor();
    await button(page, "Rotate secret").click();
    await page.getByText("Fill in this field.").waitFor();
    await page.getByRole("radio", { name: /^Spare one/ }).check();
    await button(page, "Rotate secret").click();
    await page.getByText(/^The new one works until .+, the old one until .+\.$/).waitFor();
    await closeSecret(page);
    await page.getByText("Is being replaced").waitFor();
    await expect.poll(() => button(page, /Spare one/).count()).toBe(0);

    const told = page.evaluate<string | undefined>(
      `new Promise((done) => addEventListener("secret-rescheduled", ({ detail }) => done(detail.retiresAt)))`,
    );
    await button(page, "Change time: Old one").click();
    const at = page.getByLabel("Removed on");
    await at.fill("2020-01-01T00:00");
    await button(page, "Save time").click();
    await page.getByText("Choose a time to come.").waitFor();
    const inFiveDays = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 16);
    await at.fill(inFiveDays);
    await button(page, "Save time").click();
    await page.getByText(/^Removed in 4d/).waitFor();
    const secrets = async () =>
      Secrets.parse(await (await call("GET", `/clients/${id}`)).json()).secrets;
    const ends = async () => (await secrets()).flatMap(({ retiresAt }) => retiresAt ?? []);
    expect(await ends()).toEqual([await told]);

    await button(page, "Change time: Old one").click();
    await page.getByRole("radio", { name: /^It stays until it expires/ }).check();
    await button(page, "Save time").click();
    await page.getByText("Is being replaced").waitFor({ state: "detached" });
    expect(await secrets()).toHaveLength(2);
    expect(await ends()).toEqual([]);
  });

  it("keeps the reminders of one secret back, and lets them come again", async () => {
    const page = await chromium.page();
    await signIn(page, cloud.addresses.portal, "ann");
    const id = await fullClient(page, "Snoozed");
    const snoozes = async () => {
      const answer = await call("GET", `/clients/${id}/activity`);
      const { items } = Actions.parse(await answer.json());
      return items.filter(({ action }) => action === "secret.rescheduled");
    };
    await button(page, "Snooze: Old one").click();
    expect(await page.getByLabel("No reminders for").inputValue()).toBe("3");
    await page.getByLabel("No reminders for").selectOption("7");
    await button(page, "Save").click();
    await page
      .getByRole("listitem")
      .getByText(/^No reminders until /)
      .waitFor();
    expect(await snoozes()).toHaveLength(1);
    // Somebody else, or the same person on another day, sees it too.
    await page.reload();
    await page
      .getByRole("listitem")
      .getByText(/^No reminders until /)
      .waitFor();
    await button(page, "Snooze: Old one").click();
    await page.getByLabel("No reminders for").selectOption("Remind again from now on");
    await button(page, "Save").click();
    await page
      .getByRole("listitem")
      .getByText(/^No reminders until /)
      .waitFor({ state: "detached" });
    expect(await snoozes()).toHaveLength(2);
  });

  it("leads from a letter to the rotation of that very secret", async () => {
    const page = await chromium.page();
    await signIn(page, cloud.addresses.portal, "ann");
    const id = await fullClient(page, "From a letter");
    const { secrets } = Named.parse(await (await call("GET", `/clients/${id}`)).json());
    const [, spare] = secrets;
    await page.goto(`${cloud.addresses.portal}/#/${id}/${spare?.keyId}`);
    const dialog = page.getByRole("dialog", { name: "Rotate the secret “Spare one”?" });
    await dialog.waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    await button(page, "Rotate Spare one").waitFor();

    // Of a secret that has gone the client is shown.
    await page.goto("about:blank");
    await page.goto(`${cloud.addresses.portal}/#/${id}/${id}`);
    await page.getByRole("heading", { name: "From a letter" }).waitFor();
    await button(page, "Rotate Old one").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("tells of all clients by mail, and gives a calendar a private address that can be taken back", async () => {
    const page = await chromium.page();
    await signIn(page, cloud.addresses.portal, "ann");
    await createClient(page, "In the calendar");
    await button(page, "All clients").click();
    await button(page, "Reminders and calendar").click();
    await button(page, "Remind me of all clients").click();
    await page.getByText(/^You are told at .+ before a secret of any client expires/).waitFor();
    expect(await (await call("GET", "/watch")).json()).toMatchObject({ watching: true });
    await button(page, "Stop reminding me").click();
    await page.getByText(/^You are told of the clients that you chose one by one\./).waitFor();

    await button(page, "Make an address").click();
    const shown = page.locator("[data-copy=calendar-address]");
    const address = (await shown.textContent()) ?? "";
    const read = (link: string) => fetch(new URL(new URL(link).pathname, cloud.addresses.portal));
    expect(await (await read(address)).text()).toMatch(/^BEGIN:VCALENDAR/);
    const opened = page.getByRole("link", { name: "Open in the calendar of this device" });
    expect(await opened.getAttribute("href")).toBe(address.replace("http:", "webcal:"));

    await button(page, "Make a new address").click();
    await page.getByRole("dialog").getByRole("button", { name: "Make a new address" }).click();
    await expect.poll(() => shown.textContent()).not.toBe(address);
    expect((await read(address)).status).toBe(404);
    const second = (await shown.textContent()) ?? "";
    expect((await read(second)).status).toBe(200);
    await page.getByRole("button", { name: "All clients", exact: true }).click();
    await button(page, "Reminders and calendar").click();
    await page.getByText(/^You have had an address since /).waitFor();
    expect(await searchPage(page, second)).toEqual([]);

    await button(page, "End the address").click();
    await page.getByRole("dialog").getByRole("button", { name: "End the address" }).click();
    await button(page, "Make an address").waitFor();
    expect((await read(second)).status).toBe(404);
  });

  it("sets a webhook, shows its secret once, tries it, rotates the secret, and removes it", async () => {
    const page = await chromium.page();
    await signIn(page, cloud.addresses.portal, "ann");
    await button(page, "Webhook").click();
    const url = page.getByLabel("Address");
    await url.fill("http://10.0.0.1/hook");
    await button(page, "Set webhook").click();
    await page.getByText("This address cannot be used.").waitFor();
    await url.fill(`${cloud.addresses.inbox}/hooks/contoso`);
    await button(page, "Set webhook").click();
    const secret = page.getByRole("group", { name: "Signing secret" });
    const first = (await secret.textContent()) ?? "";
    expect(first).toMatch(/^whsec_\S{30,}$/);
    await page.keyboard.press("Escape");
    await page.getByText("You have not copied the value.").waitFor();
    await button(page, "Go back").click();
    await button(page, "Copy").click();
    await button(page, "I have stored it").click();
    expect(await searchPage(page, first)).toEqual([]);

    await button(page, "Send a test").click();
    await page.getByText(/^Test: Answer 204 after \d+ ms$/).waitFor();
    await page.getByRole("listitem").getByText("webhook.test").waitFor();

    await button(page, "New signing secret").click();
    expect(await page.getByLabel("The old one goes on signing for").inputValue()).toBe("24");
    await button(page, "Make new secret").click();
    expect(await secret.textContent()).not.toBe(first);
    await button(page, "Copy").click();
    await button(page, "I have stored it").click();
    await page.getByText(/^Older secrets sign as well until/).waitFor();

    await button(page, "Remove webhook").click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove webhook" }).click();
    await button(page, "Set webhook").waitFor();
    expect((await call("GET", "/webhook")).status).toBe(404);
  });

  it("says that a webhook was switched off, and switches it on again", async () => {
    const page = await chromium.page();
    await signIn(page, cloud.addresses.portal, "ann");
    const gone = { url: `${cloud.addresses.inbox}/hooks/gone?status=410` };
    expect((await call("PUT", "/webhook", gone)).status).toBe(201);
    expect((await call("POST", "/clients", { displayName: "Told of" })).status).toBe(201);
    const state = async () => State.parse(await (await call("GET", "/webhook")).json()).state;
    await expect.poll(state).toBe("off");
    await button(page, "Webhook").click();
    await page.getByText(/^It was switched off on .+ \(410\)/).waitFor();
    await page.getByRole("listitem").getByText("Answer 410").first().waitFor();
    await button(page, "Switch on again").click();
    await page.getByText("On", { exact: true }).waitFor();
    expect(await state()).toBe("on");
  });

  it("tells it where the pages that come later cannot be loaded, and goes on when they can", async () => {
    const page = await chromium.page();
    await signIn(page, cloud.addresses.portal, "ann");
    await page.route("**/latchkey-clients-care.js", (route) => route.abort());
    await button(page, "Reminders and calendar").click();
    await page.getByText("The service cannot be reached").waitFor();
    await page.unroute("**/latchkey-clients-care.js");
    await button(page, "Try again").click();
    await page.getByRole("heading", { name: "Calendar", exact: true }).waitFor();
  });
});
