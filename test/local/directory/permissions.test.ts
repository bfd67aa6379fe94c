import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  aClient,
  backendToken,
  claims,
  errorCode,
  graph,
  openTestDirectory,
  postForm,
  setting,
  tenantTokenEndpoint,
  text,
} from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
afterAll(() => test.close());

describe("the caller's token", () => {
  it("carries the granted Graph permissions as roles", () => {
    expect(claims(test.backend)).toMatchObject({
      aud: "https://graph.microsoft.com",
      appid: setting(test.directory, "DIRECTORY_CLIENT_ID"),
      tid: setting(test.directory, "DIRECTORY_TENANT_ID"),
      idtyp: "app",
      roles: ["Application.ReadWrite.OwnedBy", "AppRoleAssignment.ReadWrite.All"],
    });
  });

  it.each([
    ["none", async () => ""],
    ["no token at all", async () => "abc"],
    ["a person's token for the service", () => test.directory.issueUserToken("olga")],
    ["a policy's token", () => test.directory.issueUserToken("ann")],
    ["an altered one", async () => `${test.backend.slice(0, -8)}AAAAAAAA`],
  ])("is refused with 401 when it is %s", async (_case, token) => {
    const answer = await graph(test.directory, await token(), "GET", "/applications");
    expect([answer.status, errorCode(answer)]).toEqual([401, "InvalidAuthenticationToken"]);
  });
});

describe("Application.ReadWrite.OwnedBy", () => {
  it("reads everything but writes only what it owns", async () => {
    const theirs = await test.admin("POST", "/applications", { displayName: "Theirs" });
    const path = `/applications/${theirs.body["id"]}`;

    expect((await test.graph("GET", path)).status).toBe(200);
    for (const answer of [
      await test.graph("PATCH", path, { displayName: "Mine" }),
      await test.graph("POST", `${path}/addPassword`, {}),
      await test.graph("POST", `${path}/removePassword`, { keyId: theirs.body["id"] }),
      await test.graph("DELETE", path),
      await test.graph("POST", "/servicePrincipals", { appId: theirs.body["appId"] }),
    ]) {
      expect([answer.status, errorCode(answer)]).toEqual([403, "Authorization_RequestDenied"]);
    }
  });

  it("writes what an owner handed over", async () => {
    const theirs = await test.admin("POST", "/applications", { displayName: "Theirs" });
    const path = `/applications/${theirs.body["id"]}`;
    const me = await test.graph(
      "GET",
      `/servicePrincipals(appId='${setting(test.directory, "DIRECTORY_CLIENT_ID")}')`,
    );
    const reference = { "@odata.id": `${test.directory.graph}/directoryObjects/${me.body["id"]}` };

    expect((await test.admin("POST", `${path}/owners/$ref`, reference)).status).toBe(204);
    expect((await test.graph("PATCH", path, { displayName: "Mine" })).status).toBe(204);
    expect((await test.admin("DELETE", `${path}/owners/${me.body["id"]}/$ref`)).status).toBe(204);
    expect((await test.graph("PATCH", path, { displayName: "Mine" })).status).toBe(403);
  });

  it("cannot grant roles by itself", async () => {
    const manual = await openTestDirectory({ automaticGrant: false });
    try {
      const { body } = await manual.graph("POST", "/applications", aClient(manual.directory));
      const principal = await manual.graph("POST", "/servicePrincipals", { appId: body["appId"] });
      const api = await manual.graph(
        "GET",
        `/servicePrincipals(appId='${setting(manual.directory, "RESOURCE_APP_ID")}')`,
      );
      const answer = await manual.graph(
        "POST",
        `/servicePrincipals/${api.body["id"]}/appRoleAssignedTo`,
        {
          principalId: principal.body["id"],
          resourceId: api.body["id"],
          appRoleId: setting(manual.directory, "APP_READ_ROLE_ID"),
        },
      );
      expect(claims(await backendToken(manual.directory))["roles"]).toEqual([
        "Application.ReadWrite.OwnedBy",
      ]);
      expect([answer.status, errorCode(answer)]).toEqual([403, "Authorization_RequestDenied"]);
    } finally {
      await manual.close();
    }
  });
});

describe("an application without permissions", () => {
  it("gets a Graph token without roles and may do nothing", async () => {
    const { body } = await test.graph("POST", "/applications", aClient(test.directory));
    const secret = await test.graph("POST", `/applications/${body["id"]}/addPassword`, {});
    await test.graph("POST", "/servicePrincipals", { appId: body["appId"] });
    const { body: granted } = await postForm(tenantTokenEndpoint(test.directory), {
      grant_type: "client_credentials",
      client_id: text(body, "appId"),
      client_secret: text(secret.body, "secretText"),
      scope: "https://graph.microsoft.com/.default",
    });
    const token = text(granted, "access_token");

    expect(claims(token)).not.toHaveProperty("roles");
    expect((await graph(test.directory, token, "GET", "/applications")).status).toBe(403);
    expect(
      (await graph(test.directory, token, "POST", "/applications", { displayName: "x" })).status,
    ).toBe(403);
  });
});
