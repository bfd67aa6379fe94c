import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorCode, errorMessage, openTestDirectory, text } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
afterAll(() => test.close());

const personal = { signInAudience: "AzureADandPersonalMicrosoftAccount" };
const organization = { signInAudience: "AzureADMyOrg" };
const guid = "7a6ee9e7-141e-4ca2-a2f4-000000000000";
const permissions = (count: number) =>
  Array.from({ length: count }, () => ({ id: guid, type: "Role" }));

describe("POST /applications", () => {
  it("answers the reference's own example with 201 and the whole object", async () => {
    const { status, body, headers } = await test.graph("POST", "/applications", {
      displayName: "Display name",
    });

    expect(status).toBe(201);
    expect(headers.get("location")).toBe(`${test.directory.graph}/applications/${body["id"]}`);
    expect(body).toMatchObject({
      "@odata.context": `${test.directory.graph}/$metadata#applications/$entity`,
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      deletedDateTime: null,
      appId: expect.stringMatching(/^[\da-f-]{36}$/),
      identifierUris: [],
      createdDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      displayName: "Display name",
      signInAudience: "AzureADandPersonalMicrosoftAccount",
      tags: [],
      api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [] },
      appRoles: [],
      keyCredentials: [],
      passwordCredentials: [],
      requiredResourceAccess: [],
      web: { redirectUris: [], implicitGrantSettings: { enableIdTokenIssuance: false } },
    });
  });

  it.each([
    ["no displayName", {}, "displayName"],
    ["an empty displayName", { displayName: "" }, "displayName"],
    [
      "91 characters with personal accounts",
      { displayName: "x".repeat(91), ...personal },
      "displayName",
    ],
    ["121 characters", { displayName: "x".repeat(121), ...organization }, "displayName"],
    ["a tag with a space", { displayName: "x", tags: ["a b"] }, "tags"],
    ["an empty tag", { displayName: "x", tags: [""] }, "tags"],
    ["a tag of 257 characters", { displayName: "x", tags: ["t".repeat(257)] }, "tags"],
    ["a tag twice", { displayName: "x", tags: ["t", "t"] }, "tags"],
    ["an unknown audience", { displayName: "x", signInAudience: "All" }, "signInAudience"],
    ["an unknown property", { displayName: "x", colour: "red" }, "colour"],
    ["a wrong type", { displayName: 7 }, "displayName"],
    [
      "a urn with personal accounts",
      { displayName: "x", ...personal, identifierUris: ["urn:x:y"] },
      "identifierUris",
    ],
    [
      "a password of the caller's own",
      { displayName: "x", passwordCredentials: [{ displayName: "p", secretText: "chosen" }] },
      "password",
    ],
  ])("refuses %s with 400 Request_BadRequest", async (_case, input, named) => {
    const answer = await test.graph("POST", "/applications", input);

    expect(answer.status).toBe(400);
    expect(errorCode(answer)).toBe("Request_BadRequest");
    expect(errorMessage(answer)).toContain(named);
    expect(answer.body["error"]).toMatchObject({
      innerError: {
        date: expect.any(String),
        "request-id": expect.any(String),
        "client-request-id": expect.any(String),
      },
    });
  });

  it("refuses version 1 tokens with personal accounts by a code of their own", async () => {
    const answer = await test.graph("POST", "/applications", {
      displayName: "x",
      ...personal,
      api: { requestedAccessTokenVersion: 1 },
    });
    expect([answer.status, errorCode(answer)]).toEqual([400, "InvalidAccessTokenVersion"]);
  });

  it.each([
    ["90 characters with personal accounts", { displayName: "x".repeat(90), ...personal }],
    ["120 characters otherwise", { displayName: "x".repeat(120), ...organization }],
    ["Unicode, counted in characters", { displayName: "🔑".repeat(90), ...personal }],
    ["a tag of 256 characters", { displayName: "x", tags: ["t".repeat(256)] }],
    [
      "30 permissions of one API",
      {
        displayName: "x",
        ...personal,
        requiredResourceAccess: [{ resourceAppId: guid, resourceAccess: permissions(30) }],
      },
    ],
  ])("takes %s", async (_case, input) => {
    expect((await test.graph("POST", "/applications", input)).status).toBe(201);
  });

  it.each([
    ["31 permissions of one API with personal accounts", personal, [permissions(31)]],
    ["51 APIs", organization, Array.from({ length: 51 }, () => permissions(1))],
    ["401 permissions", organization, [permissions(401)]],
  ])("refuses %s with 403 Directory_QuotaExceeded", async (_case, audience, apis) => {
    const answer = await test.graph("POST", "/applications", {
      displayName: "x",
      ...audience,
      requiredResourceAccess: apis.map((resourceAccess) => ({
        resourceAppId: guid,
        resourceAccess,
      })),
    });

    expect([answer.status, errorCode(answer)]).toEqual([403, "Directory_QuotaExceeded"]);
  });

  it("refuses a body that is no JSON", async () => {
    const response = await fetch(`${test.directory.graph}/applications`, {
      method: "POST",
      headers: { authorization: `Bearer ${test.backend}`, "content-type": "application/json" },
      body: "{",
    });
    expect(response.status).toBe(400);
  });

  it("repeats the caller's client-request-id in the error", async () => {
    const { body } = await test.graph("GET", `/applications/${guid}`, undefined, {
      "client-request-id": "7f6a1b5e-1b5e-4b5e-8b5e-7f6a1b5e7f6a",
    });
    expect(body).toMatchObject({
      error: { innerError: { "client-request-id": "7f6a1b5e-1b5e-4b5e-8b5e-7f6a1b5e7f6a" } },
    });
  });
});

describe("GET and PATCH /applications/{id}", () => {
  it("finds one by object id, by appId and by uniqueName", async () => {
    const { body } = await test.graph("POST", "/applications", {
      displayName: "x",
      uniqueName: "o'brien",
    });

    for (const key of [`/${body["id"]}`, `(appId='${body["appId"]}')`, "(uniqueName='o''brien')"]) {
      const found = await test.graph("GET", `/applications${key}`);
      expect([found.status, found.body["id"]]).toEqual([200, body["id"]]);
    }
  });

  it("answers 404 with Graph's text", async () => {
    const answer = await test.graph("GET", `/applications/${guid}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({
      error: {
        code: "Request_ResourceNotFound",
        message: `Resource '${guid}' does not exist or one of its queried reference-property objects are not present.`,
      },
    });
  });

  it("selects exactly the properties named", async () => {
    const { body } = await test.graph("POST", "/applications", { displayName: "x" });
    const selected = await test.graph(
      "GET",
      `/applications/${body["id"]}?$select=appId,displayName`,
    );

    expect(Object.keys(selected.body)).toEqual(["@odata.context", "appId", "displayName"]);
    expect((await test.graph("GET", `/applications/${body["id"]}?$select=colour`)).status).toBe(
      400,
    );
  });

  it("patches with 204 and keeps the rest", async () => {
    const { body } = await test.graph("POST", "/applications", { displayName: "x", tags: ["t"] });
    const path = `/applications/${body["id"]}`;

    expect((await test.graph("PATCH", path, { displayName: "y", isDisabled: true })).status).toBe(
      204,
    );

    const after = await test.graph("GET", path);
    expect(after.body).toEqual({ ...body, displayName: "y", isDisabled: true });
  });

  it.each([
    [{ passwordCredentials: [] }],
    [{ displayName: "x".repeat(91) }],
    [{ appId: guid }],
    [{ uniqueName: "another" }],
  ])("refuses to patch %j", async (input) => {
    const { body } = await test.graph("POST", "/applications", {
      displayName: "x",
      uniqueName: `u${Math.random()}`,
    });
    expect((await test.graph("PATCH", `/applications/${body["id"]}`, input)).status).toBe(400);
  });
});

describe("PATCH /applications(uniqueName='…')", () => {
  const upsert = (name: string, prefer = true) =>
    test.graph(
      "PATCH",
      `/applications(uniqueName='${name}')`,
      { displayName: "Display name" },
      prefer ? { prefer: "create-if-missing" } : {},
    );

  it("creates with 201, then updates with 204 and no body", async () => {
    const created = await upsert("app-65278");
    expect([created.status, created.body["uniqueName"]]).toEqual([201, "app-65278"]);

    const again = await upsert("app-65278");
    expect([again.status, again.body]).toEqual([204, {}]);
  });

  it("answers 404 without the Prefer header", async () => {
    expect((await upsert("nobody", false)).status).toBe(404);
  });

  it("keeps the name taken in POST, also by a deleted application", async () => {
    const { body } = await upsert("taken");
    const clash = () =>
      test.graph("POST", "/applications", { displayName: "x", uniqueName: "taken" });
    expect(errorMessage(await clash())).toBe(
      "Another object with the same value for property uniqueName already exists.",
    );

    await test.graph("DELETE", `/applications/${body["id"]}`);
    expect((await clash()).status).toBe(400);
    expect((await upsert("taken")).status).toBe(400);

    await test.graph("DELETE", `/directory/deletedItems/${text(body, "id")}`);
    expect((await clash()).status).toBe(201);
  });
});
