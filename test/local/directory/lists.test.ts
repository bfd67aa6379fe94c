import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorCode, errorMessage, items, openTestDirectory, text } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
const ids: string[] = [];
const appIds: string[] = [];
beforeAll(async () => {
  test = await openTestDirectory();
  for (let index = 0; index < 20; index += 1) {
    const { body } = await test.graph("POST", "/applications", {
      displayName: `Listed ${String(index).padStart(2, "0")}`,
      tags: ["latchkey", `subscription:${index % 2 ? "contoso" : "fabrikam"}`],
    });
    ids.push(text(body, "id"));
    appIds.push(text(body, "appId"));
  }
});
afterAll(() => test.close());

const names = async (query: string): Promise<unknown[]> =>
  items(await test.graph("GET", `/applications?${query}`)).map((item) => item["displayName"]);
const filtered = (filter: string) => names(`$filter=${encodeURIComponent(filter)}`);

describe("$filter", () => {
  it.each([
    ["displayName eq 'Listed 07'", 1],
    ["displayName eq 'LISTED 07'", 1],
    ["startswith(displayName,'Listed 0')", 10],
    ["startsWith(displayName, 'Listed 0')", 10],
    ["tags/any(t:t eq 'subscription:contoso')", 10],
    ["tags/any(t: t eq 'subscription:contoso') and startswith(displayName,'Listed 0')", 5],
    ["tags/any(t:startswith(t, 'subscription:'))", 20],
    ["displayName eq 'Listed 01' or displayName eq 'Listed 02'", 2],
    [
      "(displayName eq 'Listed 01' or displayName eq 'Listed 02') and tags/any(x:x eq 'subscription:contoso')",
      1,
    ],
    ["createdDateTime ge 2100-01-01T00:00:00Z", 0],
    ["startswith(displayName,'Listed') and createdDateTime le 2100-01-01T00:00:00Z", 20],
    ["displayName eq 'O''Brien'", 0],
  ])("%s", async (filter, count) => {
    expect(await filtered(filter)).toHaveLength(count);
  });

  it("takes 15 ids and no more", async () => {
    const filter = (count: number) =>
      `id in (${ids
        .slice(0, count)
        .map((id) => `'${id}'`)
        .join(",")})`;
    expect(await filtered(filter(15))).toHaveLength(15);

    const answer = await test.graph(
      "GET",
      `/applications?$filter=${encodeURIComponent(filter(16))}`,
    );
    expect([answer.status, errorCode(answer)]).toEqual([400, "Request_UnsupportedQuery"]);
    expect(errorMessage(answer)).toContain("Max allowed: 15");
  });

  it("finds by id and appId", async () => {
    expect(await filtered(`id eq '${ids[3]}'`)).toEqual(["Listed 03"]);
    expect(await filtered(`appId eq '${appIds[4]}'`)).toEqual(["Listed 04"]);
  });

  it.each([
    ["displayName ne 'x'"],
    ["not(displayName eq 'x')"],
    ["endswith(displayName,'x')"],
    ["notes eq 'x'"],
  ])("refuses %s, which needs an advanced query", async (filter) => {
    const answer = await test.graph("GET", `/applications?$filter=${encodeURIComponent(filter)}`);
    expect([answer.status, errorCode(answer)]).toEqual([400, "Request_UnsupportedQuery"]);
  });

  it.each([
    ["displayName eq"],
    ["displayName eq 'x"],
    ["(displayName eq 'x'"],
    ["displayName eq 'x' 'y'"],
  ])("refuses the syntax of %s", async (filter) => {
    const answer = await test.graph("GET", `/applications?$filter=${encodeURIComponent(filter)}`);
    expect([answer.status, errorCode(answer)]).toEqual([400, "BadRequest"]);
  });
});

describe("paging", () => {
  it("follows absolute links that keep every option", async () => {
    const seen: unknown[] = [];
    let next: string | undefined =
      `/applications?$top=8&$select=displayName&$filter=${encodeURIComponent("startswith(displayName,'Listed')")}`;
    let pages = 0;
    while (next) {
      const page = await test.graph("GET", next);
      seen.push(...items(page));
      next = page.body["@odata.nextLink"] as string | undefined;
      if (next)
        expect(next).toMatch(new RegExp(`^${test.directory.graph}/applications\\?.*\\$skiptoken=`));
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(seen).toEqual(
      ids.map((_, index) => ({ displayName: `Listed ${String(index).padStart(2, "0")}` })),
    );
  });

  it("neither repeats nor drops when something is deleted between two pages", async () => {
    const first = await test.graph(
      "GET",
      "/applications?$top=10&$filter=startswith(displayName,'Listed')",
    );
    const { body } = await test.graph("POST", "/applications", { displayName: "Listed last" });
    await test.graph("DELETE", `/applications/${text(items(first)[0] ?? {}, "id")}`);

    const second = await test.graph("GET", text(first.body, "@odata.nextLink"));
    expect(items(second).map((item) => item["displayName"])).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `Listed ${index + 10}`),
    ]);
    await test.graph("DELETE", `/applications/${body["id"]}`);
    await test.graph(
      "POST",
      `/directory/deletedItems/${text(items(first)[0] ?? {}, "id")}/restore`,
    );
  });

  it.each([["$top=0"], ["$top=1000"], ["$top=x"], ["$skiptoken=x"]])(
    "refuses %s",
    async (query) => {
      expect((await test.graph("GET", `/applications?${query}`)).status).toBe(400);
    },
  );
});

describe("advanced queries, which a B2C tenant does not have", () => {
  it("ignores $count=true without the header", async () => {
    const answer = await test.graph("GET", "/applications?$count=true&$top=1");
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty("@odata.count");
  });

  it("refuses /$count and $search", async () => {
    const count = await test.graph("GET", "/applications/$count");
    const search = await test.graph(
      "GET",
      `/applications?$search=${encodeURIComponent('"displayName:x"')}`,
    );
    expect([count.status, errorMessage(count)]).toEqual([
      400,
      "$count is not currently supported.",
    ]);
    expect([search.status, errorCode(search)]).toEqual([400, "Request_UnsupportedQuery"]);
  });
});
