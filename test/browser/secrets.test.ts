import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { inChromium, useBrowser } from "./chromium.ts";
import { addSecret, createClient, openAs } from "./portal.ts";
import { searchPage } from "./secret-search.ts";

inChromium("a new secret", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });

  async function clientOf(page: Page, name: string, who: "ann" | "bob" = "ann"): Promise<string> {
    await openAs(page, cloud.addresses.portal, who);
    await createClient(page, name);
    return (await page.locator("[data-copy=app-id]").textContent()) ?? "";
  }
  const openClient = async (page: Page, name: string) => {
    await page.getByRole("button", { name: "All clients" }).click();
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("heading", { name }).waitFor();
  };
  const askFor = async (page: Page, name: string) => {
    await page.getByRole("button", { name: "Add secret" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    await page.getByRole("button", { name: "Create secret" }).click();
  };
  /** Answers each request of the browser to leave the page, and counts them. */
  const leaving = (page: Page, leave: boolean) => {
    const asked: string[] = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void (leave ? dialog.accept() : dialog.dismiss());
    });
    return asked;
  };

  it("belongs to the client it was asked for, wherever the person is when it comes", async () => {
    const page = await chromium.page();
    await clientOf(page, "Bystander");
    await page.getByRole("button", { name: "All clients" }).click();
    await createClient(page, "Slow one");
    const appId = (await page.locator("[data-copy=app-id]").textContent()) ?? "";
    const held = Promise.withResolvers<void>();
    await page.route("**/secrets", async (route) => {
      await held.promise;
      await route.continue();
    });
    await askFor(page, "Late");
    await page.getByText("Create secret …").waitFor();
    await page.keyboard.press("Escape");
    await openClient(page, "Bystander");
    held.resolve();

    const dialog = page.getByRole("dialog", { name: "Copy your secret now" });
    await dialog.getByText("Slow one", { exact: true }).waitFor();
    expect(await dialog.locator('[data-copy="once-curl"]').textContent()).toContain(appId);
    await dialog.getByRole("button", { name: "Copy", exact: true }).click();
    await dialog.getByRole("button", { name: "I have stored it" }).click();
    await page.getByText("A client needs a secret to sign in").waitFor();
    await openClient(page, "Slow one");
    await page.getByRole("button", { name: "Remove Late" }).waitFor();
  });

  it("is not thrown away by a held Escape, by Back, or by a reload without a word", async () => {
    const page = await chromium.page();
    await clientOf(page, "Held");
    const secret = await addSecret(page, "Kept");
    await page.keyboard.down("Escape");
    for (let repeat = 0; repeat < 5; repeat += 1) await page.keyboard.down("Escape");
    await page.keyboard.up("Escape");
    await page.keyboard.press("Escape");
    await page.getByText("You have not copied the value").waitFor();
    await page.goBack();
    expect(await searchPage(page, secret)).not.toEqual([]);

    const asked = leaving(page, false);
    await page.evaluate("setTimeout(() => location.reload())");
    await expect.poll(() => asked).toEqual(["beforeunload"]);
    await page.getByRole("button", { name: "Go back" }).click();
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("button", { name: "I have stored it" }).click();
    // Nothing to lose any more: nobody is asked.
    await page.reload();
    expect(asked).toEqual(["beforeunload"]);
  });

  it("on its way is asked about as well", async () => {
    const page = await chromium.page();
    await clientOf(page, "Under way");
    const held = Promise.withResolvers<void>();
    await page.route("**/secrets", async (route) => {
      await held.promise;
      await route.continue();
    });
    await askFor(page, "Coming");
    const asked = leaving(page, false);
    await page.evaluate("setTimeout(() => location.reload())");
    await expect.poll(() => asked).toEqual(["beforeunload"]);
    held.resolve();
    await page.getByRole("heading", { name: "Copy your secret now" }).waitFor();
  });

  describe("whose answer was lost", () => {
    const loseAnswer = (page: Page) =>
      page.route(
        "**/secrets",
        async (route) => {
          await route.fetch();
          await route.abort("connectionreset");
        },
        { times: 1 },
      );

    it("gives its place to another one", async () => {
      const page = await chromium.page();
      await clientOf(page, "Lossy", "bob");
      await loseAnswer(page);
      await askFor(page, "Lost");
      await page.getByText("The service cannot be reached").waitFor();
      await page.getByRole("button", { name: "Create secret" }).click();
      await page.getByRole("button", { name: "Remove it and create another" }).click();
      await page.getByRole("group", { name: "Secret value: Lost" }).waitFor();
      await page.getByRole("button", { name: "Copy", exact: true }).click();
      await page.getByRole("button", { name: "I have stored it" }).click();
      expect(await page.getByRole("button", { name: "Remove Lost" }).count()).toBe(1);
      expect(await page.getByText("Nobody here has kept the value").count()).toBe(0);
    });

    it("is offered for removal after the dialog was closed", async () => {
      const page = await chromium.page();
      await clientOf(page, "Given up", "bob");
      await loseAnswer(page);
      await askFor(page, "Orphan");
      await page.getByText("The service cannot be reached").waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("listitem").getByText("Nobody here has kept the value").waitFor();
      await page.getByRole("button", { name: "Remove Orphan" }).waitFor();
    });
  });

  it("that was closed without a copy can go at once, or is marked", async () => {
    const page = await chromium.page();
    await clientOf(page, "Careless", "bob");
    await addSecret(page, "Unwanted");
    await page.getByRole("button", { name: "I have stored it" }).click();
    await page.getByRole("button", { name: "Remove secret" }).click();
    await page.getByText("A client needs a secret to sign in").waitFor();
    await addSecret(page, "Left");
    await page.getByRole("button", { name: "I have stored it" }).click();
    await page.getByRole("button", { name: "Close without copying" }).click();
    await page.getByRole("listitem").getByText("Nobody here has kept the value").waitFor();
  });

  it("counts as kept when it was copied by the keys, within a sample, or saved", async () => {
    const page = await chromium.page();
    const appId = await clientOf(page, "Copier");
    const close = async () => {
      await page.getByRole("button", { name: "I have stored it" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
    };
    const secret = await addSecret(page, "By the keys");
    await page.evaluate(
      "getSelection().selectAllChildren(document.querySelector('latchkey-clients').shadowRoot.querySelector('[data-copy=secret-value]'))",
    );
    await page.keyboard.press("ControlOrMeta+C");
    await close();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(secret);

    const second = await addSecret(page, "In a sample");
    await page.getByRole("dialog").getByRole("button", { name: "Copy curl" }).click();
    await close();
    expect(await page.evaluate("navigator.clipboard.readText()")).toContain(second);

    await page.getByText("2 of 2 secrets").waitFor();
    const add = page.getByRole("button", { name: "Add secret" });
    expect(await add.getAttribute("aria-disabled")).toBe("true");
    await page.getByText("Remove a secret to make room").waitFor();
    await page.getByRole("button", { name: "Remove By the keys" }).click();
    await page.getByRole("button", { name: "Remove secret" }).click();
    await page.getByText("1 of 2 secrets").waitFor();

    const third = await addSecret(page, "Saved");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as .env" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("Copier.env");
    const content = await readFile(await file.path(), "utf8");
    expect(content).toContain(`CLIENT_ID='${appId}'\nCLIENT_SECRET='${third}'\n`);
    await close();
  });

  it("says so where the clipboard is refused, and shows what to press", async () => {
    const page = await chromium.page();
    await page.addInitScript(
      "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))",
    );
    await clientOf(page, "Refused");
    const secret = await addSecret(page, "By hand");
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("dialog").getByText("Press Ctrl+C to copy").waitFor();
    expect(await page.evaluate("String(getSelection())")).toBe(secret);
    await page.keyboard.press("ControlOrMeta+C");
    await page.getByRole("button", { name: "I have stored it" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("lives as long as was chosen: the longest is told in days, and a date can be one's own", async () => {
    const page = await chromium.page();
    await clientOf(page, "Dated");
    await page.getByRole("button", { name: "Add secret" }).click();
    const lifetime = page.getByLabel("Expires after");
    await expect
      .poll(() => lifetime.textContent())
      .toMatch(/365 days \(longest allowed\)\s*30 days\s*90 days\s*180 days\s*On a date …/);
    await page.getByRole("textbox", { name: "Name" }).fill("Until then");
    await lifetime.selectOption({ label: "On a date …" });
    const day = (days: number) => {
      const at = new Date(Date.now() + days * 86_400_000);
      return new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Berlin" }).format(at);
    };
    for (const [date, complaint] of [
      [day(0), "Choose a day after today."],
      [day(400), "Choose a day within the next 365 days."],
    ] as const) {
      await page.getByLabel("Last day").fill(date);
      await page.getByRole("button", { name: "Create secret" }).click();
      await page.getByText(complaint).waitFor();
    }
    await page.getByLabel("Last day").fill(day(45));
    await page.getByRole("button", { name: "Create secret" }).click();
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("button", { name: "I have stored it" }).click();
    await page.getByText("in 45 days").waitFor();
  });

  it("has its samples on the client's page, with a placeholder; a client starts with the least", async () => {
    const page = await chromium.page();
    await openAs(page, cloud.addresses.portal, "bob");
    await page.getByRole("button", { name: "New client" }).first().click();
    expect(await page.getByRole("checkbox", { name: /^Read data/ }).isChecked()).toBe(true);
    expect(await page.getByRole("checkbox", { name: /^Change data/ }).isChecked()).toBe(false);
    await page.getByRole("textbox", { name: "Name" }).fill("Sampled");
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByRole("heading", { name: "Sampled" }).waitFor();
    const curl = page.locator('[data-copy="page-curl"]');
    await expect.poll(() => curl.textContent()).toContain(`${cloud.addresses.demoApi}/tasks`);
    expect(await curl.textContent()).toContain("YOUR-CLIENT-SECRET");
  });
});
