import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { inChromium, useBrowser } from "./chromium.ts";
import { openAs } from "./portal.ts";

const Made = z.object({ id: z.guid() });
const Report = z.object({
  clients: z.array(z.object({ displayName: z.string(), deletedAt: z.string().optional() })),
  activity: z.array(z.object({ action: z.string() })),
});

/** How operators end a customer, call it off, keep what was there, and what becomes of deleted clients. */
inChromium("the end of a customer", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });

  const asBob = (method: string, path: string, body?: object) =>
    fetch(`${cloud.addresses.api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${cloud.addresses.users.bob.accessToken}`,
        "content-type": "application/json",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const create = async (displayName: string) =>
    Made.parse(await (await asBob("POST", "/clients", { displayName })).json()).id;
  const openCustomer = async () => {
    const page = await chromium.page();
    await openAs(page, cloud.addresses.portal, "olga");
    await page.goto(`${cloud.addresses.portal}/consents#/customers/fabrikam`);
    await page.getByRole("heading", { name: "Customer fabrikam" }).waitFor();
    return page;
  };
  const press = (page: Page, name: string) => page.getByRole("button", { name }).click();
  const confirm = (page: Page, name: string) =>
    page.getByRole("dialog").getByRole("button", { name }).click();

  it("stops it at once, is found again after a reload, and is called off", async () => {
    const id = await create("To be ended");
    const page = await openCustomer();
    await page.getByText("Nothing of it is stopped.").waitFor();
    await press(page, "Offboard customer");
    await confirm(page, "Offboard customer");
    await page.getByRole("dialog").getByText("The grace is 30 days.").waitFor();
    await page.getByText("Fill in this field.").waitFor();
    await page.getByRole("dialog").getByLabel("Reason").fill("The contract has ended");
    await confirm(page, "Offboard customer");
    await page.getByText(/^Offboarding since .+ Reason: The contract has ended$/).waitFor();
    await page.getByText(/^Its clients are deleted in 29d 23h, on /).waitFor();
    await page.getByRole("button", { name: "To be ended", exact: true }).waitFor();
    await page.getByText("All of its clients are suspended.").waitFor();
    expect(await (await asBob("GET", `/clients/${id}`)).json()).toMatchObject({
      suspended: { by: "operator" },
    });

    await page.reload();
    await page.getByText("All of its clients are suspended.").waitFor();
    await press(page, "Call off");
    await confirm(page, "Call off");
    await page.getByText("Nothing of it is stopped.").waitFor();
    await page.getByText(/^Call off: ended, 1 of 1$/).waitFor();
    expect(await (await asBob("GET", `/clients/${id}`)).json()).not.toHaveProperty("suspended");
  });

  it("is read again without taking away the activity that was read on to", async () => {
    const page = await chromium.page();
    const entry = (number: number) => ({
      ...{ id: `entry-${number}`, at: new Date().toISOString(), actor: { kind: "service" } },
      ...{ action: "client.renamed", subscription: "fabrikam", outcome: "done" },
      detail: { displayName: `Name ${number}` },
    });
    await page.route("**/api/admin/activity?*", (route) => {
      const goesOn = new URL(route.request().url()).searchParams.has("cursor");
      const json = goesOn
        ? { items: [entry(1)] }
        : { items: [entry(2)], nextCursor: "8211234567890" };
      return route.fulfill({ json });
    });
    await openAs(page, cloud.addresses.portal, "olga");
    await page.goto(`${cloud.addresses.portal}/consents#/customers/fabrikam`);
    await press(page, "Show more");
    await page.getByText("Name 1").waitFor();
    const readAt = () =>
      page.evaluate<number>("document.querySelector('latchkey-consents').state.loadedAt");
    const before = await readAt();
    await page.evaluate("document.querySelector('latchkey-consents').refresh()");
    await expect.poll(readAt).toBeGreaterThan(before);
    expect(await page.getByText("Name 1").count()).toBe(1);
    expect(await page.getByText("Name 2").count()).toBe(1);
  });

  it("deletes all of it when the grace is over", async () => {
    const host = await cloud.startHost({ environment: { OFFBOARD_GRACE: "PT6S" } });
    onTestFinished(() => host.stop());
    const subscription = `ended-${crypto.randomUUID()}`;
    const claims = { extension_subscriptionId: subscription };
    const token = await cloud.directory.issueUserToken("bob", { claims });
    const { status } = await fetch(`${host.origin}/api/clients`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ displayName: "Soon deleted" }),
    });
    expect(status).toBe(201);
    const page = await chromium.page();
    await openAs(page, host.origin, "olga");
    await page.goto(`${host.origin}/consents#/customers/${subscription}`);
    await page.getByRole("button", { name: "Soon deleted", exact: true }).waitFor();
    // For the page its last seconds go on until they have been seen.
    await page.clock.setFixedTime(Date.now());
    await press(page, "Offboard customer");
    await page.getByRole("dialog").getByText("The grace is 6 seconds.").waitFor();
    await page.getByRole("dialog").getByLabel("Reason").fill("The contract has ended");
    await confirm(page, "Offboard customer");
    await page.getByText(/^Its clients are deleted in \d+s, on /).waitFor();

    await page.clock.setSystemTime(Date.now());
    await page.getByText(/^The grace ended on /).waitFor();
    await page.getByText(/^Offboard customer: ended, 1 of 1$/).waitFor();
    await page.reload();
    await page.getByText("It has no clients.").waitFor();
    await page.locator(".timeline li", { hasText: "Offboarded" }).waitFor();
  });

  it("saves what was there as one file", async () => {
    const gone = await create("Deleted before");
    expect((await asBob("DELETE", `/clients/${gone}`)).status).toBe(204);
    const page = await openCustomer();
    const saving = page.waitForEvent("download");
    await press(page, "Save report");
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe("report-fabrikam.json");
    const { clients, activity } = Report.parse(
      JSON.parse(await readFile(await saved.path(), "utf8")),
    );
    const deleted = clients.find(({ displayName }) => displayName === "Deleted before");
    expect(deleted?.deletedAt).toBeDefined();
    expect(activity.map(({ action }) => action)).toContain("client.deleted");
  });

  it("brings a deleted client back, and deletes one for good when its name was written", async () => {
    const [kept, purged] = [await create("Brought back"), await create("Gone for good")];
    for (const id of [kept, purged])
      expect((await asBob("DELETE", `/clients/${id}`)).status).toBe(204);
    const page = await openCustomer();
    await page.getByText("Deleted clients").click();
    await press(page, "Restore: Brought back");
    await page.getByRole("button", { name: "Brought back", exact: true }).waitFor();
    expect((await asBob("GET", `/clients/${kept}`)).status).toBe(200);

    await press(page, "Delete for good: Gone for good");
    const typed = page.getByLabel("Type Gone for good to confirm");
    await typed.fill("Gone");
    await confirm(page, "Delete for good");
    await page.getByText("That is not the client's name.").waitFor();
    await typed.fill("Gone for good");
    await confirm(page, "Delete for good");
    const row = page.getByRole("button", { name: "Restore: Gone for good" });
    await row.waitFor({ state: "detached" });
    await page.locator(".timeline li", { hasText: "Client removed for good" }).waitFor();
    expect([404, 410]).toContain((await asBob("POST", `/clients/${purged}/restore`)).status);
  });
});
