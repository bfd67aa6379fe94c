import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorCode, errorMessage, openTestDirectory, text } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
afterAll(() => test.close());

async function anApplication(audience = "AzureADandPersonalMicrosoftAccount"): Promise<string> {
  const { body } = await test.graph("POST", "/applications", {
    displayName: "x",
    signInAudience: audience,
  });
  return `/applications/${body["id"]}`;
}

describe("an app management policy", () => {
  const TENANT = "/policies/defaultAppManagementPolicy";
  const YEARS = { startDateTime: "2026-01-01T00:00:00Z", endDateTime: "2026-04-02T00:00:00Z" };
  const add = async (path: string) =>
    test.graph("POST", `${path}/addPassword`, { passwordCredential: YEARS });
  const restrict = (...passwordCredentials: object[]) =>
    test.admin("PATCH", TENANT, {
      isEnabled: true,
      applicationRestrictions: { passwordCredentials, keyCredentials: [] },
    });

  it("is there from the start, and off; only who may read policies sees it", async () => {
    expect((await test.graph("GET", TENANT)).status).toBe(403);
    expect((await test.graph("PATCH", TENANT, { isEnabled: true })).status).toBe(403);
    expect((await test.admin("GET", TENANT)).body).toMatchObject({
      id: "00000000-0000-0000-0000-000000000000",
      isEnabled: false,
      applicationRestrictions: { passwordCredentials: [], keyCredentials: [] },
    });
  });

  it("refuses in the recorded words what is longer than it allows", async () => {
    const path = await anApplication();
    const at = { restrictForAppsCreatedAfterDateTime: "2020-01-01T00:00:00Z" };
    const answers = [];
    for (const maxLifetime of ["P91D", "P90D"]) {
      const rule = { restrictionType: "passwordLifetime", maxLifetime, ...at };
      expect((await restrict(rule)).status).toBe(204);
      answers.push(await add(path));
    }
    const later = { ...at, restrictForAppsCreatedAfterDateTime: "2999-01-01T00:00:00Z" };
    await restrict({ restrictionType: "passwordLifetime", maxLifetime: "P1D", ...later });
    answers.push(await add(path));
    await test.admin("PATCH", TENANT, { isEnabled: false });

    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200]);
    const message =
      "Credential lifetime exceeds the max value allowed as per assigned policy '00000000-0000-0000-0000-000000000000'.";
    expect(answers[1]?.body["error"]).toMatchObject({
      ...{ code: "CredentialInvalidLifetimeAsPerAppPolicy", message },
      details: [{ code: "InvalidKeyEndDate", message, target: "EndDate" }],
    });
  });

  it("forbids secrets altogether, of an application that has none of its own", async () => {
    const [path, exempt] = [await anApplication(), await anApplication()];
    await restrict({ restrictionType: "passwordAddition", state: "enabled" });
    const none = { displayName: "None", isEnabled: true, restrictions: {} };
    const own = await test.admin("POST", "/policies/appManagementPolicies", none);
    const id = text(own.body, "id");
    const assigned = await test.admin("POST", `${exempt}/appManagementPolicies/$ref`, {
      "@odata.id": `https://graph.microsoft.com/v1.0/policies/appManagementPolicies/${id}`,
    });
    const [refused, added] = [await add(path), await add(exempt)];
    const born = await test.graph("POST", "/applications", {
      ...{ displayName: "x", passwordCredentials: [{ displayName: "y" }] },
    });
    await test.admin("DELETE", `/policies/appManagementPolicies/${id}`);
    const afterwards = await add(exempt);
    await test.admin("PATCH", TENANT, { isEnabled: false });

    expect(assigned.status).toBe(204);
    expect(added.status).toBe(200);
    for (const answer of [refused, born, afterwards])
      expect([answer.status, errorCode(answer), errorMessage(answer)]).toEqual([
        400,
        "CredentialTypeNotAllowedAsPerAppPolicy",
        "Credential type not allowed as per assigned policy '00000000-0000-0000-0000-000000000000'.",
      ]);
  });

  it.each([
    { restrictionType: "passwordLifetime" },
    { restrictionType: "passwordLifetime", maxLifetime: "90 days" },
    { restrictionType: "trustedCertificateAuthority" },
    { restrictionType: "passwordAddition", excludeActors: {} },
  ])("takes no restriction that it does not know: %o", async (restriction) => {
    expect((await restrict(restriction)).status).toBe(400);
  });
});

describe("addPassword", () => {
  it("answers the reference's own example with 200 and the value, once", async () => {
    const path = await anApplication();
    const { status, body } = await test.graph("POST", `${path}/addPassword`, {
      passwordCredential: { displayName: "Password friendly name" },
    });

    expect(status).toBe(200);
    const secretText = text(body, "secretText");
    expect(secretText).toMatch(/^[\w.~-]{40}$/);
    expect(body).toMatchObject({
      customKeyIdentifier: null,
      displayName: "Password friendly name",
      hint: secretText.slice(0, 3),
      keyId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    const years =
      new Date(text(body, "endDateTime")).getUTCFullYear() -
      new Date(text(body, "startDateTime")).getUTCFullYear();
    expect(years).toBe(2);

    const read = await test.graph("GET", `${path}?$select=passwordCredentials`);
    expect(read.body["passwordCredentials"]).toMatchObject([
      { keyId: body["keyId"], secretText: null, hint: body["hint"] },
    ]);
    expect(JSON.stringify(read.body)).not.toContain(secretText);
  });

  it("keeps the times it is given", async () => {
    const times = {
      startDateTime: "2026-01-01T00:00:00.000Z",
      endDateTime: "2027-01-01T00:00:00.000Z",
    };
    const { body } = await test.graph("POST", `${await anApplication()}/addPassword`, {
      passwordCredential: times,
    });
    expect(body).toMatchObject(times);
  });

  it("works by appId and with an empty body", async () => {
    const { body } = await test.graph("POST", "/applications", { displayName: "x" });
    const answer = await test.graph(
      "POST",
      `/applications(appId='${body["appId"]}')/addPassword`,
      {},
    );
    expect([answer.status, answer.body["displayName"]]).toEqual([200, null]);
  });

  it("refuses the third secret of an application for personal accounts", async () => {
    const path = await anApplication();
    for (const _ of [1, 2]) await test.graph("POST", `${path}/addPassword`, {});
    const third = await test.graph("POST", `${path}/addPassword`, {});

    expect([third.status, errorCode(third)]).toEqual([400, "Request_BadRequest"]);
    expect(errorMessage(third)).toBe(
      "Not allowed to add 3 passwords. You can only add a maximum of 2 passwords.",
    );
  });

  it("takes a third secret for an organization's application", async () => {
    const path = await anApplication("AzureADMyOrg");
    for (const _ of [1, 2]) await test.graph("POST", `${path}/addPassword`, {});
    expect((await test.graph("POST", `${path}/addPassword`, {})).status).toBe(200);
  });

  it.each([
    [{ passwordCredential: { endDateTime: "tomorrow" } }],
    [
      {
        passwordCredential: {
          startDateTime: "2027-01-01T00:00:00Z",
          endDateTime: "2026-01-01T00:00:00Z",
        },
      },
    ],
    [{ displayName: "not wrapped" }],
  ])("refuses %j", async (body) => {
    expect((await test.graph("POST", `${await anApplication()}/addPassword`, body)).status).toBe(
      400,
    );
  });

  it("never writes the value to the file", async () => {
    const { body } = await test.graph("POST", `${await anApplication()}/addPassword`, {});
    for (const file of ["directory.sqlite", "directory.sqlite-wal"]) {
      expect(readFileSync(join(test.folder, file)).includes(text(body, "secretText"))).toBe(false);
    }
  });
});

describe("removePassword", () => {
  it("removes one with 204", async () => {
    const path = await anApplication();
    const [first, second] = [
      await test.graph("POST", `${path}/addPassword`, {}),
      await test.graph("POST", `${path}/addPassword`, {}),
    ];
    const { status } = await test.graph("POST", `${path}/removePassword`, {
      keyId: first.body["keyId"],
    });

    expect(status).toBe(204);
    const read = await test.graph("GET", path);
    expect(read.body["passwordCredentials"]).toMatchObject([{ keyId: second.body["keyId"] }]);
  });

  it("answers 400 for an unknown keyId and 404 for an unknown application", async () => {
    const keyId = "f0b0b335-1d71-4883-8f98-567911bfdca6";
    const unknownKey = await test.graph("POST", `${await anApplication()}/removePassword`, {
      keyId,
    });
    const unknownApplication = await test.graph("POST", `/applications/${keyId}/removePassword`, {
      keyId,
    });

    expect([unknownKey.status, errorMessage(unknownKey)]).toEqual([
      400,
      `No password credential found with keyId '${keyId}'.`,
    ]);
    expect(unknownApplication.status).toBe(404);
  });
});
