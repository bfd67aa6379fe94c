import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { Download, Page, Route } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";
import { startTestCloud } from "../support/cloud.ts";
import { bringAxe, expectNoViolations, sticksOut } from "./accessibility.ts";
import { inChromium, useBrowser } from "./chromium.ts";
import { createClient, openAs } from "./portal.ts";
import { searchPage } from "./secret-search.ts";

const Listed = z.object({
  items: z.array(z.object({ kind: z.string(), thumbprint: z.string().optional() })),
});
const DETAILS = "Without a secret: certificates and federated credentials";

/** Proof of who a client is that nobody else holds: certificates and federated credentials. */
inChromium("keys that cannot leak", () => {
  const chromium = useBrowser();
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startTestCloud({ flavour: "entra" });
  });

  const credentialsOf = async (id: string) => {
    const answer = await fetch(`${cloud.addresses.api}/clients/${id}/credentials`, {
      headers: { authorization: `Bearer ${cloud.addresses.users.ann.accessToken}` },
    });
    return Listed.parse(await answer.json()).items;
  };
  const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
  const openKeys = async (page: Page, name: string) => {
    await openAs(page, cloud.addresses.portal, "ann");
    await createClient(page, name);
    await page.getByText(DETAILS).click();
    await page.getByText("This client has neither yet.").waitFor();
    return new URL(page.url()).hash.slice(2);
  };
  const saved = async (page: Page): Promise<readonly [string, Buffer]> => {
    const [download] = await Promise.all([
      page.waitForEvent("download") as Promise<Download>,
      button(page, "Save file").click(),
    ]);
    return [download.suggestedFilename(), await readFile(await download.path())];
  };

  it("makes a key pair in the browser, and sends the certificate alone", async () => {
    const page = await chromium.page();
    await bringAxe(page.context());
    const sent: string[] = [];
    page.on("request", (request) => sent.push(request.postData() ?? ""));
    const id = await openKeys(page, "Certified");
    await button(page, "Add certificate").click();
    await page.getByRole("textbox", { name: "Name" }).fill("Build server");
    await expectNoViolations(page, "the form of a certificate");
    await button(page, "Add certificate").last().click();
    await page.getByRole("heading", { name: "Save the private key now" }).waitFor();
    await expectNoViolations(page, "the private key");
    expect(await sticksOut(page)).toEqual([]);

    await button(page, "I have stored it").click();
    await page.getByText("You have not saved the private key.").waitFor();
    await button(page, "Go back").click();
    const [name, file] = await saved(page);
    expect(name).toBe("Build server.pem");
    const pem = file.toString();
    const certificate = new X509Certificate(pem);
    expect(certificate.checkPrivateKey(createPrivateKey(pem))).toBe(true);
    await button(page, "I have stored it").click();
    await page.getByRole("dialog").waitFor({ state: "detached" });

    const [credential] = await credentialsOf(id);
    expect(credential).toEqual({
      kind: "certificate",
      thumbprint: certificate.fingerprint.replaceAll(":", ""),
    });
    await page.getByText(credential?.thumbprint ?? "none").waitFor();
    await expectNoViolations(page, "a client with a certificate");
    expect(sent.join()).toContain("BEGIN CERTIFICATE");
    expect(sent.join()).not.toContain("PRIVATE KEY");
    // A line in the middle of the key: the page holds nothing of it any more.
    const [, , line = ""] = /BEGIN PRIVATE KEY-----\n(.+\n)(.+)\n/.exec(pem) ?? [];
    expect(line).toHaveLength(64);
    expect(await searchPage(page, line)).toEqual([]);
  });

  it("loses no private key to another that comes while the first is on screen", async () => {
    const page = await chromium.page();
    await openKeys(page, "Certified twice");
    const asked: Route[] = [];
    await page.route("**/certificates", (route) => asked.push(route));
    for (const [at, name] of ["One", "Two"].entries()) {
      await button(page, "Add certificate").click();
      await page.getByRole("textbox", { name: "Name" }).fill(name);
      await button(page, "Add certificate").last().click();
      await expect.poll(() => asked.length).toBe(at + 1);
      await button(page, "Cancel").click();
    }
    for (const route of asked) {
      const answered = page.waitForResponse("**/certificates");
      await route.continue();
      await answered;
      await button(page, "Save file").waitFor();
    }
    await expect.poll(() => page.getByText("Two", { exact: true }).count()).toBeGreaterThan(0);
    for (const file of ["Two.pem", "One.pem"]) {
      expect((await saved(page))[0]).toBe(file);
      await button(page, "I have stored it").click();
    }
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("replaces one, with a PKCS #12 file and its password", async () => {
    const page = await chromium.page();
    const id = await openKeys(page, "Certified anew");
    await button(page, "Add certificate").click();
    await page.getByRole("textbox", { name: "Name" }).fill("First");
    await button(page, "Add certificate").last().click();
    await saved(page);
    await button(page, "I have stored it").click();
    await button(page, "Rotate: First").click();
    await page.getByLabel("File with the private key").selectOption("p12");
    await button(page, "Replace certificate").click();
    const password = page.getByRole("group", { name: "Password of the file" });
    const passphrase = (await password.textContent()) ?? "";
    const [name, pfx] = await saved(page);
    expect(name).toBe("First.p12");
    expect(() => createSecureContext({ pfx, passphrase })).not.toThrow();
    await button(page, "I have stored it").click();
    await page.getByText("Is being replaced").waitFor();
    expect((await credentialsOf(id)).map(({ kind }) => kind)).toEqual([
      "certificate",
      "certificate",
    ]);
  });

  it("never sends a private key that somebody pastes", async () => {
    const page = await chromium.page();
    const sent: string[] = [];
    page.on("request", (request) => sent.push(request.postData() ?? ""));
    const id = await openKeys(page, "Pasted");
    await button(page, "Add certificate").click();
    await page.getByRole("textbox", { name: "Name" }).fill("Oops");
    await page.getByRole("radio", { name: /^I have a certificate/ }).check();
    await page.getByLabel("Certificate (PEM)").fill("-----BEGIN PRIVATE KEY-----\nMIIE");
    await button(page, "Add certificate").last().click();
    await page.getByText("This holds a private key.").waitFor();
    expect(sent.join()).not.toContain("MIIE");
    expect(await credentialsOf(id)).toEqual([]);
  });

  it("trusts a pipeline by what people know of it, and takes that back", async () => {
    const page = await chromium.page();
    await bringAxe(page.context());
    const id = await openKeys(page, "Pipeline");
    await button(page, "Add federated credential").click();
    await page.getByLabel("Organization or user", { exact: true }).fill("octo org");
    await page.getByLabel("Repository", { exact: true }).fill("octo-repo");
    await page.getByLabel("Branch").fill("main");
    await page.getByRole("textbox", { name: "Name" }).fill("github-main");
    await button(page, "Add federated credential").last().click();
    await page.getByText("This is not accepted. Check it and change it.").waitFor();
    await expectNoViolations(page, "the form of a federated credential");
    await page.getByLabel("Organization or user", { exact: true }).fill("octo-org");
    await button(page, "Add federated credential").last().click();
    await page.getByText("repo:octo-org/octo-repo:ref:refs/heads/main").waitFor();
    expect((await credentialsOf(id)).map(({ kind }) => kind)).toEqual(["federated"]);

    await button(page, "Add federated credential").click();
    await page.getByLabel("Organization or user", { exact: true }).fill("octo-org");
    await page.getByLabel("Repository", { exact: true }).fill("octo-repo");
    await page.getByLabel("Branch").fill("next");
    await page.getByRole("textbox", { name: "Name" }).fill("github-main");
    await button(page, "Add federated credential").last().click();
    await page.getByText("There is one with this name, or with this issuer and subject.").waitFor();
    await button(page, "Cancel").click();

    await button(page, "Remove: github-main").click();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("This client has neither yet.").waitFor();
    expect(await credentialsOf(id)).toEqual([]);
  });

  it("are what a form for a secret leads to where secrets are discouraged", async () => {
    const page = await chromium.page();
    await bringAxe(page.context());
    await page.route("**/api/about", async (route) => {
      const response = await route.fetch();
      const about = z.looseObject({}).parse(await response.json());
      await route.fulfill({ response, json: { ...about, secrets: "discouraged" } });
    });
    await openAs(page, cloud.addresses.portal, "ann");
    await createClient(page, "Discouraged");
    await button(page, "Add secret").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Secrets are discouraged here").waitFor();
    await expectNoViolations(page, "the form of a secret that is discouraged");

    await dialog.getByRole("button", { name: DETAILS }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("This client has neither yet.").waitFor();
    expect(await page.locator("summary:focus").textContent()).toBe(DETAILS);
  });
});
