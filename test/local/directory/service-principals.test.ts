import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  aClient,
  errorCode,
  errorMessage,
  items,
  openTestDirectory,
  setting,
  text,
} from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
let api: string;
let readRole: string;
let writeRole: string;
beforeAll(async () => {
  test = await openTestDirectory();
  readRole = setting(test.directory, "APP_READ_ROLE_ID");
  writeRole = setting(test.directory, "APP_WRITE_ROLE_ID");
  const { body } = await test.graph(
    "GET",
    `/servicePrincipals(appId='${setting(test.directory, "RESOURCE_APP_ID")}')?$select=id`,
  );
  api = text(body, "id");
});
afterAll(() => test.close());

async function aServicePrincipal(): Promise<{ id: string; appId: string; applicationId: string }> {
  const application = await test.graph("POST", "/applications", aClient(test.directory));
  const principal = await test.graph("POST", "/servicePrincipals", {
    appId: application.body["appId"],
  });
  expect(principal.status).toBe(201);
  return {
    id: text(principal.body, "id"),
    appId: text(application.body, "appId"),
    applicationId: text(application.body, "id"),
  };
}

const grant = (principalId: string, appRoleId: string) =>
  test.graph("POST", `/servicePrincipals/${api}/appRoleAssignedTo`, {
    principalId,
    resourceId: api,
    appRoleId,
  });

describe("/servicePrincipals", () => {
  it("is not made by POST /applications", async () => {
    const { body } = await test.graph("POST", "/applications", aClient(test.directory));
    expect((await test.graph("GET", `/servicePrincipals(appId='${body["appId"]}')`)).status).toBe(
      404,
    );
  });

  it("is made once, and found by id, appId and filter", async () => {
    const { id, appId } = await aServicePrincipal();

    for (const key of [`/${id}`, `(appId='${appId}')`]) {
      expect((await test.graph("GET", `/servicePrincipals${key}`)).body).toMatchObject({
        id,
        appId,
        displayName: "A client",
        servicePrincipalType: "Application",
      });
    }
    expect(
      items(await test.graph("GET", `/servicePrincipals?$filter=appId eq '${appId}'&$select=id`)),
    ).toEqual([{ id }]);
    const again = await test.graph("POST", "/servicePrincipals", { appId });
    expect([again.status, errorCode(again)]).toEqual([
      409,
      "Request_MultipleObjectsWithSameKeyValue",
    ]);
  });

  it("needs an application", async () => {
    const appId = "65415bb1-9267-4313-bbf5-ae259732ee12";
    const answer = await test.admin("POST", "/servicePrincipals", { appId });
    expect(answer.status).toBe(400);
    expect(errorMessage(answer)).toBe(
      `The appId '${appId}' of the service principal does not reference a valid application object.`,
    );
  });

  it("follows its application's name and is patched and deleted with 204", async () => {
    const { id, applicationId } = await aServicePrincipal();
    await test.graph("PATCH", `/applications/${applicationId}`, { displayName: "Renamed" });
    expect(
      (await test.graph("PATCH", `/servicePrincipals/${id}`, { accountEnabled: false })).status,
    ).toBe(204);
    expect((await test.graph("GET", `/servicePrincipals/${id}`)).body).toMatchObject({
      displayName: "Renamed",
      accountEnabled: false,
    });
    expect((await test.graph("DELETE", `/servicePrincipals/${id}`)).status).toBe(204);
    expect((await test.graph("GET", `/servicePrincipals/${id}`)).status).toBe(404);
  });
});

describe("app role assignments", () => {
  it("are granted with 201 in the reference's shape", async () => {
    const { id } = await aServicePrincipal();
    const { status, body } = await grant(id, readRole);

    expect(status).toBe(201);
    expect(body).toEqual({
      "@odata.context": `${test.directory.graph}/$metadata#servicePrincipals('${api}')/appRoleAssignedTo/$entity`,
      id: expect.stringMatching(/^[\w-]{43}$/),
      deletedDateTime: null,
      appRoleId: readRole,
      createdDateTime: expect.any(String),
      principalDisplayName: "A client",
      principalId: id,
      principalType: "ServicePrincipal",
      resourceDisplayName: "Resource API",
      resourceId: api,
    });
  });

  it("are seen from both sides and revoked from either", async () => {
    const { id } = await aServicePrincipal();
    const first = await grant(id, readRole);
    const second = await grant(id, writeRole);
    const mine = () => test.graph("GET", `/servicePrincipals/${id}/appRoleAssignments`);

    expect(items(await mine()).map((item) => item["appRoleId"])).toEqual([readRole, writeRole]);
    expect(
      items(
        await test.graph(
          "GET",
          `/servicePrincipals/${id}/appRoleAssignments?$filter=resourceId eq ${api}`,
        ),
      ),
    ).toHaveLength(2);
    const theirs = items(
      await test.graph("GET", `/servicePrincipals/${api}/appRoleAssignedTo?$top=999`),
    );
    expect(theirs.filter((item) => item["principalId"] === id)).toHaveLength(2);

    expect(
      (
        await test.graph(
          "DELETE",
          `/servicePrincipals/${api}/appRoleAssignedTo/${first.body["id"]}`,
        )
      ).status,
    ).toBe(204);
    expect(
      (
        await test.graph(
          "DELETE",
          `/servicePrincipals/${id}/appRoleAssignments/${second.body["id"]}`,
        )
      ).status,
    ).toBe(204);
    expect(items(await mine())).toEqual([]);
  });

  it("are paged", async () => {
    for (let index = 0; index < 3; index += 1)
      await grant((await aServicePrincipal()).id, readRole);
    const page = await test.graph("GET", `/servicePrincipals/${api}/appRoleAssignedTo?$top=2`);
    expect(items(page)).toHaveLength(2);
    expect((await test.graph("GET", text(page.body, "@odata.nextLink"))).status).toBe(200);
  });

  it("refuse a role twice, a role that is not there, and a principal that is not there", async () => {
    const { id } = await aServicePrincipal();
    await grant(id, readRole);

    const twice = await grant(id, readRole);
    expect([twice.status, errorMessage(twice)]).toEqual([
      400,
      "Permission being assigned already exists on the object",
    ]);
    expect((await grant(id, api)).status).toBe(400);
    expect((await grant(readRole, readRole)).status).toBe(404);
  });

  it("go with their service principal", async () => {
    const { id, appId } = await aServicePrincipal();
    await grant(id, readRole);
    await test.graph("DELETE", `/servicePrincipals/${id}`);
    const { body } = await test.graph("POST", "/servicePrincipals", { appId });
    expect(
      items(await test.graph("GET", `/servicePrincipals/${body["id"]}/appRoleAssignments`)),
    ).toEqual([]);
  });
});

describe("/organization", () => {
  it("tells where one is", async () => {
    const [organization] = items(await test.graph("GET", "/organization"));
    expect(organization).toMatchObject({
      id: setting(test.directory, "DIRECTORY_TENANT_ID"),
      verifiedDomains: [{ isInitial: true, name: "latchkeylocal.onmicrosoft.com" }],
    });
  });
});

describe("/oauth2PermissionGrants", () => {
  it("keeps delegated consent for an administrator only", async () => {
    const { id } = await aServicePrincipal();
    const grant = {
      clientId: id,
      consentType: "AllPrincipals",
      resourceId: api,
      scope: "clients.read",
    };

    expect((await test.graph("POST", "/oauth2PermissionGrants", grant)).status).toBe(403);
    const created = await test.admin("POST", "/oauth2PermissionGrants", grant);
    expect([created.status, created.body["scope"]]).toEqual([201, "clients.read"]);
    expect((await test.admin("POST", "/oauth2PermissionGrants", grant)).status).toBe(409);

    const listed = await test.admin("GET", `/oauth2PermissionGrants?$filter=clientId eq '${id}'`);
    expect(items(listed)).toMatchObject([grant]);
    expect(
      (await test.admin("DELETE", `/oauth2PermissionGrants/${created.body["id"]}`)).status,
    ).toBe(204);
  });
});
