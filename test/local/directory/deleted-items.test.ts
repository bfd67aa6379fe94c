import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aClient, graph, items, openTestDirectory, setting, text } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
afterAll(() => test.close());

async function aDeletedApplication() {
  const { body } = await test.graph("POST", "/applications", { displayName: "Gone" });
  const { status } = await test.graph("DELETE", `/applications/${body["id"]}`);
  expect(status).toBe(204);
  return body;
}

describe("deleted items", () => {
  it("hides a deleted application from reads and lists", async () => {
    const { id, appId } = await aDeletedApplication();
    expect((await test.graph("GET", `/applications/${id}`)).status).toBe(404);
    expect((await test.graph("GET", `/applications(appId='${appId}')`)).status).toBe(404);
    expect(items(await test.graph("GET", `/applications?$filter=id eq '${id}'`))).toEqual([]);
    expect((await test.graph("DELETE", `/applications/${id}`)).status).toBe(404);
  });

  it("restores it with 200 and the object as it was", async () => {
    const deleted = await aDeletedApplication();
    const restored = await test.graph("POST", `/directory/deletedItems/${deleted["id"]}/restore`);

    expect(restored.status).toBe(200);
    expect(restored.body).toMatchObject({
      "@odata.context": `${test.directory.graph}/$metadata#directoryObjects/$entity`,
      "@odata.type": "#microsoft.graph.application",
      id: deleted["id"],
      appId: deleted["appId"],
      deletedDateTime: null,
    });
    expect((await test.graph("GET", `/applications/${deleted["id"]}`)).status).toBe(200);
    expect(
      (await test.graph("POST", `/directory/deletedItems/${deleted["id"]}/restore`)).status,
    ).toBe(404);
  });

  it("purges it with 204, after which nothing is left", async () => {
    const { id } = await aDeletedApplication();
    expect((await test.graph("DELETE", `/directory/deletedItems/${id}`)).status).toBe(204);
    expect((await test.graph("GET", `/directory/deletedItems/${id}`)).status).toBe(404);
    expect((await test.graph("POST", `/directory/deletedItems/${id}/restore`)).status).toBe(404);
  });

  it("lists them to who may read all applications, and to nobody less", async () => {
    const { id } = await aDeletedApplication();
    const path = "/directory/deletedItems/microsoft.graph.application?$top=999";

    const listed = items(await test.admin("GET", path));
    expect(listed.find((item) => item["id"] === id)).toMatchObject({
      deletedDateTime: expect.any(String),
    });
    expect((await test.graph("GET", path)).status).toBe(403);
  });

  it("takes the service principal and its grants along, which come back only by themselves", async () => {
    const { body } = await test.graph("POST", "/applications", aClient(test.directory));
    const principal = await test.graph("POST", "/servicePrincipals", { appId: body["appId"] });
    const api = await test.graph(
      "GET",
      `/servicePrincipals(appId='${setting(test.directory, "RESOURCE_APP_ID")}')`,
    );
    await test.graph("POST", `/servicePrincipals/${api.body["id"]}/appRoleAssignedTo`, {
      principalId: principal.body["id"],
      resourceId: api.body["id"],
      appRoleId: setting(test.directory, "APP_READ_ROLE_ID"),
    });
    const grants = () =>
      test.graph("GET", `/servicePrincipals/${principal.body["id"]}/appRoleAssignments`);

    await test.graph("DELETE", `/applications/${body["id"]}`);
    expect((await grants()).status).toBe(404);

    const restore = (id: unknown) => test.graph("POST", `/directory/deletedItems/${id}/restore`);
    await restore(body["id"]);
    expect((await grants()).status).toBe(404);
    expect((await restore(principal.body["id"])).status).toBe(200);
    expect(items(await grants())).toHaveLength(1);
    expect((await restore(principal.body["id"])).status).toBe(404);
  });

  it("is closed to who does not own it", async () => {
    const { body } = await test.admin("POST", "/applications", { displayName: "Not yours" });
    await test.admin("DELETE", `/applications/${body["id"]}`);
    const answer = await graph(
      test.directory,
      test.backend,
      "POST",
      `/directory/deletedItems/${text(body, "id")}/restore`,
    );
    expect(answer.status).toBe(403);
  });
});
