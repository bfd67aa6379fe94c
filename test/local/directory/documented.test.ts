import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aPem } from "../../support/certificates.ts";
import {
  backendToken,
  errorCode,
  errorMessage,
  items,
  openTestDirectory,
  postForm,
  setting,
  tenantTokenEndpoint,
} from "./support.ts";

/** Details of Graph and Entra that a caller may build on, each in the words that were documented or recorded. */

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
afterAll(() => test.close());

async function create() {
  const { body } = await test.graph("POST", "/applications", { displayName: "x" });
  return { path: `/applications/${body["id"]}`, appId: String(body["appId"]) };
}

describe("Graph", () => {
  it("does not let an application name owners with Application.ReadWrite.OwnedBy alone", async () => {
    const { path } = await create();
    const owner = {
      "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${crypto.randomUUID()}`,
    };
    const refused = await test.graph("POST", `${path}/owners/$ref`, owner);
    expect([refused.status, errorCode(refused)]).toEqual([403, "Authorization_RequestDenied"]);
    expect((await test.admin("POST", `${path}/owners/$ref`, owner)).status).toBe(204);
  });

  it("wants values of scopes to be unique, those of disabled ones too", async () => {
    const { path } = await create();
    const scope = (isEnabled: boolean) => ({ id: crypto.randomUUID(), value: "read", isEnabled });
    const patch = (...oauth2PermissionScopes: object[]) =>
      test.admin("PATCH", path, { api: { oauth2PermissionScopes } });
    const disabled = scope(false);
    expect((await patch(disabled)).status).toBe(204);
    expect((await patch(disabled, scope(true))).status).toBe(400);
  });

  it("wants issuer and subject of a federated credential to be unique, and its name", async () => {
    const { path } = await create();
    const credential = (name: string, subject: string) =>
      test.graph("POST", `${path}/federatedIdentityCredentials`, {
        name,
        issuer: "https://issuer.example",
        subject,
        audiences: ["api://AzureADTokenExchange"],
      });
    expect((await credential("first", "one")).status).toBe(201);
    const sameSubject = await credential("second", "one");
    expect([sameSubject.status, errorCode(sameSubject)]).toEqual([
      400,
      "InvalidFederatedIdentityCredentialValue",
    ]);
    const sameName = await credential("first", "two");
    expect([sameName.status, errorCode(sameName)]).toEqual([
      409,
      "Request_MultipleObjectsWithSameKeyValue",
    ]);
  });

  it("shows and changes one federated credential, by its id or its name, and never its name", async () => {
    const { path } = await create();
    const all = `${path}/federatedIdentityCredentials`;
    const made = { name: "git-main", issuer: "https://issuer.example", subject: "main" };
    const audiences = ["api://AzureADTokenExchange"];
    const { body } = await test.graph("POST", all, { ...made, audiences });
    await test.graph("POST", all, { ...made, name: "git-other", subject: "other", audiences });
    const one = `${all}/${body["id"]}`;

    const changed = await test.graph("PATCH", one, { ...made, subject: "Main", audiences });
    const shown = [];
    for (const address of [one, `${all}/git-main`, `${all}(name='git-main')`])
      shown.push((await test.graph("GET", address)).body["subject"]);
    const refused = [];
    for (const wrong of [{ name: "another" }, { subject: "other" }, { audiences: [] }])
      refused.push((await test.graph("PATCH", `${all}/git-main`, wrong)).status);

    expect(changed.status).toBe(204);
    expect(shown).toEqual(["Main", "Main", "Main"]);
    expect(refused).toEqual([400, 400, 400]);
    expect((await test.graph("GET", `${all}/nobody`)).status).toBe(404);
  });

  it("makes or changes a federated credential by its name, where that is preferred", async () => {
    const { path } = await create();
    const all = `${path}/federatedIdentityCredentials`;
    const trust = { issuer: "https://issuer.example", subject: "main" };
    const wanted = { ...trust, audiences: ["api://AzureADTokenExchange"] };
    const upsert = (name: string, body: object, prefer = "create-if-missing") =>
      test.graph("PATCH", `${all}(name='${name}')`, body, prefer ? { prefer } : {});

    expect((await upsert("git-main", wanted, "")).status).toBe(404);
    const made = await upsert("git-main", wanted);
    const changed = await upsert("git-main", { ...wanted, subject: "Main" });
    const { body } = await test.graph("GET", all);

    expect([made.status, made.body]).toEqual([
      201,
      {
        "@odata.context": expect.stringMatching(/\/federatedIdentityCredentials\/\$entity$/),
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: "git-main",
        description: null,
        ...wanted,
      },
    ]);
    expect([changed.status, changed.body]).toEqual([204, {}]);
    expect(body["value"]).toEqual([
      { id: made.body["id"], name: "git-main", description: null, ...wanted, subject: "Main" },
    ]);
    const refused = await Promise.all([
      upsert("git-other", trust),
      upsert("git-other", { ...wanted, name: "another" }),
      upsert("git-other", { ...wanted, subject: "Main" }),
      upsert("-a1", { ...wanted, subject: "a1" }),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    // Only the name is a key to make one by.
    const byPart = await test.graph("PATCH", `${all}/git-other`, wanted, {
      prefer: "create-if-missing",
    });
    expect(byPart.status).toBe(404);
  });

  it.each([
    [{ name: "-a1" }, "Federated Identity Credential name '-a1' is invalid."],
    [{ name: "ab" }, "Federated Identity Credential name 'ab' is invalid."],
    [{ name: "a.b.c" }, "Federated Identity Credential name 'a.b.c' is invalid."],
    [{ name: "a".repeat(121) }, "is invalid."],
    [{ audiences: ["a", "b"] }, "Federated identity credentials must have exactly one audience."],
    [{ issuer: "http://issuer.example" }, "Invalid value specified for property 'issuer'"],
    [{ subject: "s".repeat(601) }, "Invalid value specified for property 'subject'"],
    [{ audiences: ["a".repeat(601)] }, "Invalid value specified for property 'audiences'"],
  ])("takes no federated credential with %o", async (wrong, words) => {
    const { path } = await create();
    const answer = await test.graph("POST", `${path}/federatedIdentityCredentials`, {
      ...{ name: "a1-_", issuer: "https://issuer.example", subject: "s".repeat(600) },
      ...{ audiences: ["api://AzureADTokenExchange"], ...wrong },
    });
    expect([answer.status, errorMessage(answer)]).toEqual([400, expect.stringContaining(words)]);
  });

  it("takes twenty federated credentials, and no more", async () => {
    const { path } = await create();
    const statuses = new Set<number>();
    for (let at = 1; at <= 21; at += 1) {
      const { status } = await test.graph("POST", `${path}/federatedIdentityCredentials`, {
        ...{ name: `number-${at}`, issuer: "https://issuer.example", subject: `${at}` },
        audiences: ["api://AzureADTokenExchange"],
      });
      statuses.add(at <= 20 ? status : -status);
    }
    expect([...statuses]).toEqual([201, -400]);
  });

  it("keeps 90 characters of a certificate's name", async () => {
    const { path } = await create();
    const key = Buffer.from(aPem()).toString("base64");
    const sent = { type: "AsymmetricX509Cert", usage: "Verify", key, displayName: "x".repeat(91) };
    expect((await test.graph("PATCH", path, { keyCredentials: [sent] })).status).toBe(204);
    expect((await test.graph("GET", path)).body).toMatchObject({
      keyCredentials: [{ displayName: "x".repeat(90) }],
    });
  });

  it("calls a service principal of an unknown application a bad request", async () => {
    const answer = await test.graph("POST", "/servicePrincipals", { appId: crypto.randomUUID() });
    expect([answer.status, errorCode(answer)]).toEqual([400, "Request_BadRequest"]);
    expect(errorMessage(answer)).toContain("does not reference a valid application object");
  });

  it("expands twenty assignments of a service principal, and says nothing of more", async () => {
    const role = (at: number) => ({
      allowedMemberTypes: ["Application"],
      description: `Role ${at}`,
      displayName: `Role ${at}`,
      id: crypto.randomUUID(),
      isEnabled: true,
      value: `role.${at}`,
    });
    const appRoles = Array.from({ length: 21 }, (_, at) => role(at));
    const owner = await test.admin("POST", "/applications", { displayName: "API", appRoles });
    const principal = (appId: unknown) => test.admin("POST", "/servicePrincipals", { appId });
    const api = (await principal(owner.body["appId"])).body["id"];
    const { appId } = await create();
    const client = (await principal(appId)).body["id"];
    for (const { id } of appRoles) {
      const wanted = { principalId: client, resourceId: api, appRoleId: id };
      const granted = await test.admin(
        "POST",
        `/servicePrincipals/${api}/appRoleAssignedTo`,
        wanted,
      );
      expect(granted.status).toBe(201);
    }

    const list = `/servicePrincipals?$filter=appId in ('${appId}')&$select=id,appId`;
    const [shown] = items(await test.graph("GET", `${list}&$expand=appRoleAssignments`));
    expect(Object.keys(shown ?? {}).toSorted()).toEqual(["appId", "appRoleAssignments", "id"]);
    expect(shown?.["appRoleAssignments"]).toHaveLength(20);
    expect((await test.graph("GET", `${list}&$expand=memberOf`)).status).toBe(400);
  });

  it("shows the info of a service principal", async () => {
    const { appId } = await create();
    const { body } = await test.graph("POST", "/servicePrincipals", { appId });
    expect(body["info"]).toMatchObject({ logoUrl: null, termsOfServiceUrl: null });
  });

  it.each([
    ["PUT", "/applications"],
    ["DELETE", "/organization"],
    ["GET", "/$batch"],
  ])("answers 405 to %s %s, which it knows but not so", async (method, path) => {
    const answer = await test.graph(method, path);
    expect(answer.status).toBe(405);
    expect(errorMessage(answer)).toBe(
      "Specified HTTP method is not allowed for the request target.",
    );
  });

  it.each(["0", "1000"])("calls a page of %s unsupported", async (size) => {
    const answer = await test.graph("GET", `/applications?$top=${size}`);
    expect([answer.status, errorCode(answer)]).toEqual([400, "Request_UnsupportedQuery"]);
  });
});

describe("the tenant's token endpoint", () => {
  const ask = (scope: string) =>
    postForm(tenantTokenEndpoint(test.directory), {
      grant_type: "client_credentials",
      client_id: setting(test.directory, "DIRECTORY_CLIENT_ID"),
      client_secret: setting(test.directory, "DIRECTORY_CLIENT_SECRET"),
      scope,
    });

  it("passes over the scopes that MSAL for Java adds", async () => {
    expect(await backendToken(test.directory)).toContain(".");
    const scope = "https://graph.microsoft.com/.default openid profile offline_access";
    expect((await ask(scope)).status).toBe(200);
  });

  it("refuses them alone, and any other beside", async () => {
    for (const scope of ["openid profile", "https://graph.microsoft.com/.default User.Read"]) {
      const { status, body } = await ask(scope);
      expect([status, body["error"]], scope).toEqual([400, "invalid_scope"]);
    }
  });
});
