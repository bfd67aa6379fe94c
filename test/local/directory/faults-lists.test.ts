import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aClient, items, openTestDirectory, setting } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
beforeEach(async () => {
  test.directory.setFaults(undefined);
  await test.directory.reset();
});
afterAll(() => test.close());

/** A client whose reading role has been granted; the path of its grants. */
async function grantedClient() {
  const client = await test.graph("POST", "/applications", aClient(test.directory));
  const principal = await test.graph("POST", "/servicePrincipals", {
    appId: client.body["appId"],
  });
  const appId = setting(test.directory, "RESOURCE_APP_ID");
  const resource = await test.admin("GET", `/servicePrincipals(appId='${appId}')?$select=id`);
  const granted = await test.admin(
    "POST",
    `/servicePrincipals/${resource.body["id"]}/appRoleAssignedTo`,
    {
      principalId: principal.body["id"],
      resourceId: resource.body["id"],
      appRoleId: setting(test.directory, "APP_READ_ROLE_ID"),
    },
  );
  expect(granted.status).toBe(201);
  return {
    id: String(client.body["id"]),
    grants: `/servicePrincipals/${principal.body["id"]}/appRoleAssignments`,
  };
}

const named = "/applications?$filter=displayName eq 'A client'";

describe("listLagMs", () => {
  it("keeps what is fresh from lists, and shows it by its id", async () => {
    const { id, grants } = await grantedClient();
    test.directory.setFaults({ listLagMs: 60_000 });
    expect(items(await test.graph("GET", named))).toEqual([]);
    expect(items(await test.graph("GET", grants))).toEqual([]);
    expect((await test.graph("GET", `/applications/${id}`)).status).toBe(200);

    test.directory.setFaults({ listLagMs: 0 });
    expect(items(await test.graph("GET", named))).toHaveLength(1);
  });
});

describe("emptyPages", () => {
  it("come first, and lead to the list as it is", async () => {
    await grantedClient();
    await grantedClient();
    test.directory.setFaults({ emptyPages: 2 });
    const sizes: number[] = [];
    for (let path: string | undefined = `${named}&$top=1&$select=id`; path !== undefined; ) {
      const page = await test.graph("GET", path);
      expect(page.status).toBe(200);
      sizes.push(items(page).length);
      const next: unknown = page.body["@odata.nextLink"];
      path = typeof next === "string" ? next : undefined;
    }
    expect(sizes).toEqual([0, 0, 1, 1]);
  });

  it("strike parts of a batch, no read by id, and hide no refusal", async () => {
    const { id } = await grantedClient();
    test.directory.setFaults({ emptyPages: 1 });
    const { body } = await test.graph("POST", "/$batch", {
      requests: [
        { id: "1", method: "GET", url: named },
        { id: "2", method: "GET", url: `/applications/${id}` },
        { id: "3", method: "GET", url: "/applications?$filter=nonsense" },
      ],
    });
    expect(body["responses"]).toMatchObject([
      { status: 200, body: { value: [], "@odata.nextLink": expect.stringContaining("empty-1") } },
      { status: 200, body: { id } },
      { status: 400 },
    ]);
  });
});

describe("replicaLagMs", () => {
  it("shows a fresh grant by every other read, and an older one by all", async () => {
    const { grants } = await grantedClient();
    const seen = async () => {
      const counts: number[] = [];
      for (let read = 0; read < 4; read += 1)
        counts.push(items(await test.graph("GET", grants)).length);
      return counts;
    };
    test.directory.setFaults({ replicaLagMs: 60_000 });
    expect(await seen()).toEqual([1, 0, 1, 0]);
    test.directory.setFaults({ replicaLagMs: 0 });
    expect(await seen()).toEqual([1, 1, 1, 1]);
  });
});
