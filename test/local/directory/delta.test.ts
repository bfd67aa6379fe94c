import { afterAll, beforeAll, expect, it } from "vitest";
import { errorCode, items, type Json, openTestDirectory, text } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory({ flavour: "entra" });
});
afterAll(() => test.close());

const create = async (displayName: string) => {
  const { body } = await test.graph("POST", "/applications", { displayName });
  return text(body, "id");
};

/** One round: every page, and where the next round begins. */
async function round(from: string): Promise<{ pages: Json[][]; deltaLink: string }> {
  const pages: Json[][] = [];
  for (let path = from; ; ) {
    const page = await test.graph("GET", path);
    expect(page.status).toBe(200);
    pages.push(items(page));
    const { "@odata.nextLink": next, "@odata.deltaLink": deltaLink } = page.body;
    if (typeof deltaLink === "string") return { pages, deltaLink };
    path = String(next);
  }
}

it("shows everything, then what was made, changed and removed, then nothing", async () => {
  const [kept, renamed, removed] = [await create("a"), await create("b"), await create("c")];
  const first = await round("/applications/delta?$select=id,displayName");
  const ids = first.pages.flat().map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining([kept, renamed, removed]));

  await test.graph("PATCH", `/applications/${renamed}`, { displayName: "b2" });
  await test.graph("DELETE", `/applications/${removed}`);
  const made = await create("d");
  const second = await round(first.deltaLink);
  expect(second.pages.flat()).toEqual([
    { id: renamed, displayName: "b2" },
    { id: removed, "@removed": { reason: "changed" } },
    { id: made, displayName: "d" },
  ]);
  expect((await round(second.deltaLink)).pages.flat()).toEqual([]);
});

it("goes by pages of a hundred", async () => {
  const { deltaLink } = await round("/applications/delta?$deltatoken=latest");
  for (let made = 0; made < 101; made += 1) await create("many");
  expect((await round(deltaLink)).pages.map(({ length }) => length)).toEqual([100, 1]);
});

it("sends a caller to the beginning whose mark it no longer knows, and refuses what is no mark", async () => {
  const { deltaLink } = await round("/applications/delta");
  const again = await test.start({ dataFile: ":memory:", flavour: "entra" });
  const foreign = deltaLink.replace(test.directory.origin, again.origin);
  const token = await again.issueAdministratorGraphToken();
  const answer = await fetch(foreign, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(410);
  const location = answer.headers.get("location") ?? "";
  const anew = await fetch(location, { headers: { authorization: `Bearer ${token}` } });
  expect(anew.status).toBe(200);
  await again.stop();

  const broken = await test.graph("GET", "/applications/delta?$deltatoken=none");
  expect([broken.status, errorCode(broken)]).toEqual([400, "Request_BadRequest"]);
  expect((await test.graph("GET", "/applications/delta?$top=5")).status).toBe(400);
});

it("is refused by a B2C tenant", async () => {
  const b2c = await openTestDirectory({ flavour: "b2c" });
  const answer = await b2c.graph("GET", "/applications/delta");
  expect([answer.status, errorCode(answer)]).toEqual([400, "Request_BadRequest"]);
  await b2c.close();
});
