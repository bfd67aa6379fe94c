import { beforeAll, expect, it } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { bringAxe, expectNoViolations } from "./accessibility.ts";
import { inChromium, PATIENCE_MS, useBrowser } from "./chromium.ts";

inChromium("the inbox of the local cloud", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });

  it("shows a mail as a mail and a card as a card, and nothing a customer wrote as ours", async () => {
    const { api, inbox, users } = cloud.addresses;
    const displayName = "Import_one [free](https://evil.example) <b>x";
    const answer = await fetch(`${api}/clients`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${users.ann.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ displayName }),
    });
    expect(answer.status).toBe(201);
    for (const channel of ["email", "teams"])
      await cloud.inbox.nextAlert((alert) => alert.channel === channel, PATIENCE_MS);

    const page = await chromium.page();
    await bringAxe(page.context());
    await page.goto(inbox);
    const card = page.locator(".card");
    await card.getByText("Grant consent", { exact: true }).waitFor();
    await card
      .getByText(/“Import_one .+”/)
      .last()
      .waitFor();
    expect(await card.locator("a").count()).toBe(0);

    const mail = page.locator(".mail");
    await mail.getByText("To: operators@company.example").waitFor();
    expect(await mail.getByRole("strong").textContent()).toContain("Consent");
    const letter = mail.frameLocator("iframe");
    await letter.getByText("A new client waits for an administrator's consent.").waitFor();
    await letter.getByRole("link", { name: "Grant consent" }).waitFor();
    await letter.locator("blockquote").getByText("Import_one").waitFor();
    expect(await letter.locator("blockquote a").count()).toBe(0);
    await expectNoViolations(page, "inbox");
  });
});
