import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { errorCode, errorMessage, items, type Json, openTestDirectory } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
beforeEach(async () => {
  test.directory.setFaults(undefined);
  await test.directory.reset();
});
afterAll(() => test.close());

const create = async (more: Json = {}) => {
  const { body } = await test.graph("POST", "/applications", { displayName: "x", ...more });
  return { id: String(body["id"]), appId: String(body["appId"]) };
};

const DENIED = [403, "Authorization_RequestDenied"];

describe("lostOwnership", () => {
  const changes = (path: string) =>
    [
      ["PATCH", path, { displayName: "y" }],
      ["POST", `${path}/addPassword`, {}],
      ["POST", `${path}/removePassword`, { keyId: crypto.randomUUID() }],
      ["DELETE", path, undefined],
    ] as const;

  it.each(["id", "appId"] as const)(
    "refuses changes of a registration named by %s",
    async (key) => {
      const [lost, kept] = [await create(), await create()];
      test.directory.setFaults({ lostOwnership: [lost[key]] });

      for (const [method, path, body] of changes(`/applications/${lost.id}`)) {
        const answer = await test.graph(method, path, body);
        expect([answer.status, errorCode(answer)], `${method} ${path}`).toEqual(DENIED);
      }
      expect((await test.graph("GET", `/applications/${lost.id}`)).status).toBe(200);
      expect(
        (await test.graph("PATCH", `/applications/${kept.id}`, { displayName: "y" })).status,
      ).toBe(204);
      expect((await test.admin("DELETE", `/applications/${lost.id}`)).status).toBe(204);
    },
  );

  it("all: refuses changes of whatever exists, creates nothing new less, and says 'not there' first", async () => {
    const one = await create();
    test.directory.setFaults({ lostOwnership: "all" });
    for (const [method, path, body] of changes(`/applications(appId='${one.appId}')`)) {
      const answer = await test.graph(method, path, body);
      expect([answer.status, errorCode(answer)], `${method} ${path}`).toEqual(DENIED);
    }
    expect((await test.graph("DELETE", `/applications/${crypto.randomUUID()}`)).status).toBe(404);
    expect((await test.graph("POST", "/applications", { displayName: "x" })).status).toBe(201);
  });

  it("strikes inside a batch, and its own parts only", async () => {
    const [lost, kept] = [await create(), await create()];
    test.directory.setFaults({ lostOwnership: [lost.id] });
    const { body } = await test.graph("POST", "/$batch", {
      requests: [lost, kept].map(({ id }, at) => ({
        id: String(at),
        method: "DELETE",
        url: `/applications/${id}`,
      })),
    });
    expect(body["responses"]).toMatchObject([{ status: 403 }, { status: 204 }]);
  });
});

describe("names", () => {
  const INVALID = "Invalid value specified for property 'displayName' of resource 'Application'.";

  it("refusedNames are refused, new and renamed, whatever the case of their letters", async () => {
    const { id } = await create();
    test.directory.setFaults({ refusedNames: ["acme"] });
    for (const answer of [
      await test.graph("POST", "/applications", {
        displayName: "The ACME import",
        signInAudience: "AzureADMyOrg",
      }),
      await test.graph("PATCH", `/applications/${id}`, { displayName: "Acme" }),
    ]) {
      expect([answer.status, errorCode(answer), errorMessage(answer)]).toEqual([
        400,
        "Request_BadRequest",
        INVALID,
      ]);
    }
    expect((await create({ displayName: "Another" })).id).toHaveLength(36);
  });

  it.each([
    ["AzureADMultipleOrgs", 400],
    ["AzureADandPersonalMicrosoftAccount", 400],
    ["PersonalMicrosoftAccount", 400],
    ["AzureADMyOrg", 201],
  ])(
    "without any fault, 'Microsoft' in a name of audience %s: %i",
    async (signInAudience, status) => {
      const answer = await test.graph("POST", "/applications", {
        displayName: "Our microsoft sync",
        signInAudience,
      });
      expect(answer.status).toBe(status);
      if (status === 400) expect(errorMessage(answer)).toBe(INVALID);
    },
  );

  it("a registration whose name has the word cannot become multi-tenant", async () => {
    const { id } = await create({ displayName: "Microsoft sync", signInAudience: "AzureADMyOrg" });
    const change = (more: Json) =>
      test.graph("PATCH", `/applications/${id}`, {
        signInAudience: "AzureADMultipleOrgs",
        ...more,
      });
    expect((await change({})).status).toBe(400);
    expect((await change({ displayName: "Sync" })).status).toBe(204);
  });
});

describe("quotaExceeded", () => {
  it("refuses every new object and changes nothing", async () => {
    const { id, appId } = await create();
    test.directory.setFaults({ quotaExceeded: true });
    for (const answer of [
      await test.graph("POST", "/applications", { displayName: "y" }),
      await test.graph("POST", "/servicePrincipals", { appId }),
    ]) {
      expect([answer.status, errorCode(answer)]).toEqual([403, "Directory_QuotaExceeded"]);
      expect(errorMessage(answer)).toContain("quota limit");
    }
    expect((await test.graph("PATCH", `/applications/${id}`, { displayName: "z" })).status).toBe(
      204,
    );
    const listed = await test.graph("GET", "/applications?$filter=displayName eq 'y'");
    expect(items(listed)).toEqual([]);
  });
});
