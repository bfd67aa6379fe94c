import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aClient, items, openTestDirectory, text } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
afterAll(() => test.close());

const page = async (path: string) => {
  const response = await fetch(`${test.directory.origin}${path}`);
  return { status: response.status, html: await response.text() };
};
const press = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${test.directory.origin}${path}`, { method: "POST", redirect: "manual", headers });

describe("the page of app registrations", () => {
  it("lists every registration and grants and revokes consent by its buttons", async () => {
    const { body } = await test.graph(
      "POST",
      "/applications",
      aClient(test.directory, { displayName: "<b>Bold & co</b>" }),
    );
    await test.graph("POST", `/applications/${body["id"]}/addPassword`, {
      passwordCredential: { displayName: "first" },
    });
    const own = `/consent/${body["appId"]}`;

    const { html } = await page("/");
    expect(html).toContain("&lt;b&gt;Bold &amp; co&lt;/b&gt;");
    expect(html).toContain(text(body, "appId"));
    expect(html).toContain("Latchkey backend");
    expect((await page(own)).html).toContain("<td>not granted</td>");

    expect((await press(`${own}/grant`)).status).toBe(303);
    expect((await press(`${own}/grant`)).status).toBe(303);
    expect((await page(own)).html).toContain("<td>granted</td>");
    const principal = await test.graph("GET", `/servicePrincipals(appId='${body["appId"]}')`);
    expect(
      items(
        await test.graph("GET", `/servicePrincipals/${principal.body["id"]}/appRoleAssignments`),
      ),
    ).toHaveLength(1);

    expect((await press(`${own}/revoke`)).status).toBe(303);
    expect((await page(own)).html).toContain("<td>not granted</td>");
  });

  it("knows nothing of an unknown client", async () => {
    expect((await page("/consent/65415bb1-9267-4313-bbf5-ae259732ee12")).status).toBe(404);
    expect((await page("/elsewhere")).status).toBe(404);
  });

  it("does not let another site's page press its buttons", async () => {
    const { body } = await test.graph("POST", "/applications", aClient(test.directory));
    const answer = await press(`/consent/${body["appId"]}/grant`, {
      origin: "https://evil.example",
    });
    expect(answer.status).toBe(403);
  });
});
