import { beforeAll, expect, it } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { openApi } from "../support/api.ts";
import { startTestCloud } from "../support/cloud.ts";
import { makeClient } from "../support/make.ts";
import { inChromium, PATIENCE_MS, useBrowser } from "./chromium.ts";
import { stopClock } from "./clock.ts";
import { focused, pressOn, tabTo } from "./keyboard.ts";
import { createClient, signIn, startPage } from "./portal.ts";

inChromium("the whole story by keyboard alone", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });

  it("as ann: sign in, create, add and copy a secret, rename, remove, delete", async () => {
    const page = await chromium.page();
    await page.goto(startPage(cloud.addresses.portal, "ann"));
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await pressOn(page, "Sign in");
    await page.getByRole("button", { name: /^Ann/ }).waitFor();
    await pressOn(page, /^Ann/);

    await page.getByText("No clients yet").waitFor();
    // "Copied" is said for two seconds.
    await stopClock(page);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to the content");
    await pressOn(page, "New client");
    await expect.poll(() => focused(page)).toBe("New client");
    await tabTo(page, "Name");
    await page.keyboard.press("Enter");
    await page.getByText("Fill in this field.").waitFor();
    await expect.poll(() => focused(page)).toBe("Name");
    await page.keyboard.type("Keyboard client");
    await tabTo(page, /^Change data/);
    await page.keyboard.press("Space");
    await pressOn(page, "Create client");

    // The new view's own heading has the focus, so a screen reader starts there.
    await expect.poll(() => focused(page)).toBe("Keyboard client");
    await page.getByText("Read data, Change data", { exact: true }).waitFor();
    await pressOn(page, "Add secret");
    await expect.poll(() => focused(page)).toBe("Name");
    await page.keyboard.type("Typed");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Copy your secret now" }).waitFor();
    await expect.poll(() => focused(page)).toBe("Copy");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("Copied").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(/^\S{30,}$/);
    await pressOn(page, "I have stored it");
    await expect.poll(() => focused(page)).toBe("Add secret");

    await pressOn(page, "Rename");
    await expect.poll(() => focused(page)).toBe("Name");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("Renamed");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Renamed" }).waitFor();
    await expect.poll(() => focused(page)).toBe("Rename");

    await pressOn(page, "Remove Typed");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toBe("Remove Typed");
    await page.keyboard.press("Enter");
    await pressOn(page, "Remove secret");
    await page.getByText("A client needs a secret to sign in").waitFor();

    await pressOn(page, "Delete");
    await expect.poll(() => focused(page)).toBe("Type Renamed to confirm");
    await page.keyboard.type("Renamed");
    await page.keyboard.press("Enter");
    await page.getByText("No clients yet").waitFor();
    await expect.poll(() => focused(page)).toBe("API clients");
  });

  it("as olga: sign in, find one request of two, open it, and come back to the queue", async () => {
    const { call } = await (await openApi(cloud)).customer();
    const found = await makeClient(call, "Needle for the keyboard");
    const other = await makeClient(call, "Haystack");
    for (const { id } of [found, other])
      await cloud.inbox.nextAlert(({ clientId }) => clientId === id, PATIENCE_MS);
    const page = await chromium.page();
    await page.goto(startPage(cloud.addresses.portal, "olga"));
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await pressOn(page, "Sign in");
    await page.getByRole("button", { name: /^Olga/ }).waitFor();
    await pressOn(page, /^Olga/);
    await page.getByRole("button", { name: "Haystack", exact: true }).waitFor();

    await tabTo(page, "Name, customer, person or id");
    await page.keyboard.type("needle for");
    await page.keyboard.press("Enter");
    await page
      .getByRole("button", { name: "Haystack", exact: true })
      .waitFor({ state: "detached" });
    await pressOn(page, "Needle for the keyboard");

    await page.waitForURL(`**/consents/${found.id}`);
    await page.getByRole("button", { name: "Suspend client" }).waitFor();
    // A screen reader starts at the new view's own heading, and every control is reached from there.
    await expect.poll(() => focused(page)).toMatch(/request/i);
    await tabTo(page, "Reject: Needle for the keyboard");
    await tabTo(page, "Suspend client");
    await tabTo(page, "Block new clients");
    await page.keyboard.press("Enter");
    await expect.poll(() => focused(page)).toBe("Reason");
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toBe("Block new clients");
    await page.reload();
    await page.getByRole("button", { name: "All requests" }).waitFor();
    await pressOn(page, "All requests");
    await page.getByRole("button", { name: "Needle for the keyboard", exact: true }).waitFor();
  });

  it("as olga: end a customer from its page, and call it off", async () => {
    const { call, subscription } = await (await openApi(cloud)).customer();
    await makeClient(call, "Ended by keyboard");
    const page = await chromium.page();
    await signIn(page, cloud.addresses.portal, "olga");
    await page.goto(`${cloud.addresses.portal}/consents#/customers/${subscription}`);
    await page.getByText("Nothing of it is stopped.").waitFor();
    await pressOn(page, "Offboard customer");
    await expect.poll(() => focused(page)).toBe("Reason");
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toBe("Offboard customer");
    await page.keyboard.press("Enter");
    await expect.poll(() => focused(page)).toBe("Reason");
    await page.keyboard.type("The contract has ended");
    await pressOn(page, "Offboard customer");
    await page.getByText(/^Offboarding since /).waitFor();
    await pressOn(page, "Call off");
    await page.getByRole("dialog").waitFor();
    await pressOn(page, "Call off");
    await page.getByText("Nothing of it is stopped.").waitFor();
  });

  it("as ann: rotate a secret, and look when the old one goes", async () => {
    const page = await chromium.page();
    await signIn(page, cloud.addresses.portal, "ann");
    await createClient(page, "Rotated by keyboard");
    await stopClock(page);
    await pressOn(page, "Add secret");
    await expect.poll(() => focused(page)).toBe("Name");
    await page.keyboard.type("Typed");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Copy your secret now" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("Copied").waitFor();
    await pressOn(page, "I have stored it");
    await page.clock.runFor(2_000);

    await pressOn(page, "Rotate Typed");
    await page.getByRole("dialog").waitFor();
    await pressOn(page, "Rotate secret");
    await page.getByRole("heading", { name: "Copy your secret now" }).waitFor();
    await expect.poll(() => focused(page)).toBe("Copy");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("Copied").waitFor();
    await pressOn(page, "I have stored it");
    await page.getByText("Is being replaced").waitFor();
    await pressOn(page, "Change time: Typed");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toBe("Change time: Typed");
  });

  it("keeps the focus inside an open dialog", async () => {
    const page = await chromium.page();
    await page.goto(startPage(cloud.addresses.portal, "bob"));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: /^Bob/ }).click();
    await page.getByRole("button", { name: "New client" }).first().click();
    await page.getByRole("textbox", { name: "Name" }).fill("Trapped");
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    const inside = new Set<string>();
    for (let press = 0; press < 8; press += 1) {
      inside.add(await focused(page));
      await page.keyboard.press("Tab");
    }
    expect([...inside].filter((name) => /^(Rename|Sign out|All clients)$/.test(name))).toEqual([]);
  });
});
