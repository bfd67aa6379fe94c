import type { Page } from "playwright-core";
import { expect } from "vitest";
import { afterFile } from "../support/after-file.ts";

/** What a person does on the portal, for stories that start in the middle. */

export type Person = "ann" | "bob" | "olga";

export const startPage = (portal: string, who: Person): string =>
  who === "olga" ? `${portal}/consents` : `${portal}/`;

/** Through the real sign-in library and the local directory's page. */
export async function signIn(page: Page, portal: string, who: Person): Promise<void> {
  await page.goto(startPage(portal, who));
  await page.getByRole("button", { name: /^(Sign in|Anmelden)$/ }).click();
  await page.getByRole("button", { name: new RegExp(`^${who}`, "i") }).click();
  await page.getByRole("button", { name: /^(Sign out|Abmelden)$/ }).waitFor();
}

/** What the tab of each person holds who has signed in at a portal of this file. */
const tabs = new Map<string, string>();

/**
 * The same person as after `signIn`, for tests that are about something else: who has signed in at this portal before starts with
 * what their tab then held. A sign-in is two pages more, each in a process of its own.
 */
export async function openAs(page: Page, portal: string, who: Person): Promise<void> {
  const tab = `${who} at ${portal}`;
  const held = tabs.get(tab);
  if (held === undefined) {
    await signIn(page, portal, who);
    tabs.set(tab, await page.evaluate<string>("JSON.stringify({ ...sessionStorage })"));
    afterFile(() => tabs.delete(tab));
    return;
  }
  const brought = await page.addInitScript(
    `if (location.origin === "${portal}") Object.assign(sessionStorage, ${held});`,
  );
  await page.goto(startPage(portal, who));
  await page.getByRole("button", { name: /^(Sign out|Abmelden)$/ }).waitFor();
  // Once: what the page lets go of later does not come back.
  await brought.dispose();
}

export async function createClient(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "New client" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create client" }).click();
  await page.getByRole("heading", { name }).waitFor();
}

/** @returns the value, which is then on screen */
export async function addSecret(page: Page, name: string): Promise<string> {
  await page.getByRole("button", { name: "Add secret" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create secret" }).click();
  const value = page.getByRole("group", { name: `Secret value: ${name}` });
  await value.waitFor();
  const text = await value.textContent();
  expect(text).toMatch(/^\S{30,}$/);
  return text ?? "";
}

export async function closeSecret(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}
