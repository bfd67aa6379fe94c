import { mkdir, mkdtemp, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { answerWebhook } from "../../infra/local/states/care-answers.ts";
import { withKeys } from "../../infra/local/states/key-answers.ts";
import { ending, endingRun, oneCustomer } from "../../infra/local/states/operator-answers.ts";
import type { Client } from "../../portal/elements/shared/shapes.ts";
import { startTestCloud } from "../support/cloud.ts";
import { inChromium, useBrowser } from "./chromium.ts";
import { consentItem, stubOperators } from "./operators-stub.ts";
import { addSecret, createClient, openAs } from "./portal.ts";

/** The pictures of the README. `UPDATE_IMAGES=1` writes them to docs/images; every run proves that they can be made. */
const IMAGES = join(import.meta.dirname, "../../docs/images");
const MAX_BYTES = 220_000;

const DAY_MS = 86_400_000;
const fromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

/** A list as it looks after some months. */
function seasoned(): Client[] {
  const one = (
    number: number,
    displayName: string,
    state: Client["consent"]["state"],
    expiresInDays: readonly number[],
    dueInDays = 1,
  ): Client => ({
    id: `6f1c2a80-0000-4000-8000-00000000000${number}`,
    appId: `${number}d2f4b16-9c3e-4b7a-8e51-0a6c7d9f3b2${number}`,
    displayName,
    createdAt: fromNow(-number * 20),
    roles: ["api.read"],
    consent: {
      state,
      requestedAt: fromNow(dueInDays - 1),
      dueAt: fromNow(dueInDays),
      slaHours: 24,
      remindersSent: 0,
      message: "",
    },
    secrets: expiresInDays.map((days, index) => ({
      keyId: `00000000-0000-4000-8000-0000000000${number}${index}`,
      displayName: "Production",
      hint: "k3R",
      createdAt: fromNow(days - 180),
      expiresAt: fromNow(days),
    })),
    credentials: [],
    tokenEndpoint: "https://example.b2clogin.com/token",
    scope: "https://example.com/.default",
  });
  return [
    one(1, "Warehouse sync", "pending", [364], 0.78),
    one(2, "Billing service", "granted", [12, 178]),
    one(3, "Monthly report", "granted", [96]),
    one(4, "Price import (test)", "rejected", []),
    one(5, "Delivery tracking", "granted", [240, 301]),
  ];
}

inChromium("the pictures of the README", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  let folder: string;
  beforeAll(async () => {
    cloud = await startTestCloud();
    const keep = process.env["UPDATE_IMAGES"];
    if (keep) await mkdir(IMAGES, { recursive: true });
    folder = keep ? IMAGES : await mkdtemp(join(tmpdir(), "latchkey-images-"));
  });

  const open = () =>
    chromium.page({ viewport: { width: 1040, height: 660 }, deviceScaleFactor: 1.5 });
  const take = async (page: Awaited<ReturnType<typeof open>>, name: string) => {
    const path = join(folder, name);
    await page.mouse.move(0, 0);
    await page.screenshot({ path });
    expect((await stat(path)).size).toBeLessThan(MAX_BYTES);
  };

  it("a customer's clients", async () => {
    const page = await open();
    await page.route("**/api/clients?*", (route) => route.fulfill({ json: { items: seasoned() } }));
    await openAs(page, cloud.addresses.portal, "ann");
    await page.getByText("Delivery tracking").waitFor();
    await take(page, "portal-clients.png");
  });

  it("a secret, once", async () => {
    const page = await open();
    await openAs(page, cloud.addresses.portal, "bob");
    await createClient(page, "Warehouse sync");
    await addSecret(page, "Production");
    await take(page, "portal-secret.png");
  });

  it("a webhook and what was sent to it", async () => {
    const page = await open();
    await page.route("**/api/webhook**", (route) => {
      const path = new URL(route.request().url()).pathname.replace("/api", "");
      const answer = answerWebhook("failing")("GET", path, Date.now());
      return typeof answer === "string" ? route.abort() : route.fulfill({ json: answer.body });
    });
    await openAs(page, cloud.addresses.portal, "ann");
    await page.getByRole("button", { name: "Webhook" }).click();
    await page.getByText("secret.created").waitFor();
    await take(page, "portal-webhook.png");
  });

  it("certificates and federated credentials", async () => {
    const page = await open();
    const answer = withKeys();
    const CLIENTS = /\/api\/(about|clients\b.*)$/;
    await page.route(CLIENTS, (route) => {
      const path = new URL(route.request().url()).pathname.replace("/api", "");
      const told = answer("GET", path, Date.now());
      return typeof told === "string" ? route.abort() : route.fulfill({ json: told.body });
    });
    await openAs(page, cloud.addresses.portal, "ann");
    await page.getByRole("button", { name: "Billing service", exact: true }).click();
    await page.getByText("Without a secret: certificates and federated credentials").click();
    await page.getByText("github-main", { exact: true }).waitFor();
    const last = page.getByRole("button", { name: "Add federated credential" });
    await last.evaluate((element) => element.scrollIntoView({ block: "end", behavior: "instant" }));
    await take(page, "portal-keys.png");
  });

  it("a customer that is to end", async () => {
    const page = await open();
    const answer = oneCustomer(ending(29.4), endingRun(29.4, { stopped: true }));
    await page.route("**/api/admin/**", (route) => {
      const path = new URL(route.request().url()).pathname.replace("/api", "");
      const told = answer("GET", path, Date.now());
      return typeof told === "string" ? route.abort() : route.fulfill({ json: told.body });
    });
    await openAs(page, cloud.addresses.portal, "olga");
    await page.goto(`${cloud.addresses.portal}/consents#/customers/contoso`);
    await page.getByText("All of its clients are suspended.").waitFor();
    await take(page, "portal-customer.png");
  });

  it("the operators' queue, in the dark", async () => {
    const page = await open();
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await stubOperators(page, [
      consentItem(1, { dueInHours: -2.3, displayName: "Warehouse sync", automaticGrant: true }),
      consentItem(2, {
        dueInHours: 0.68,
        displayName: "Delivery tracking",
        automaticGrant: true,
        subscription: "fabrikam",
        requestedBy: "Bob Fabrikam",
      }),
      consentItem(3, { dueInHours: 17.4, displayName: "Monthly report", automaticGrant: true }),
    ]);
    await openAs(page, cloud.addresses.portal, "olga");
    await page.getByText("Monthly report").waitFor();
    await take(page, "portal-queue.png");
  });
});
