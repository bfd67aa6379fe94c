import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  aClient,
  claims,
  type Json,
  openTestDirectory,
  postForm,
  setting,
  tenantTokenEndpoint,
  text,
} from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
let endpoint: string;
let scope: string;
beforeAll(async () => {
  test = await openTestDirectory();
  endpoint = setting(test.directory, "TOKEN_ENDPOINT");
  scope = setting(test.directory, "RESOURCE_SCOPE");
});
afterAll(() => test.close());

async function aRegisteredClient(
  more: Json = {},
): Promise<{ id: string; fields: Record<string, string> }> {
  const { body } = await test.graph("POST", "/applications", aClient(test.directory, more));
  const secret = await test.graph("POST", `/applications/${body["id"]}/addPassword`, {});
  return {
    id: text(body, "id"),
    fields: {
      grant_type: "client_credentials",
      client_id: text(body, "appId"),
      client_secret: text(secret.body, "secretText"),
      scope,
    },
  };
}

const consent = (fields: Record<string, string>, action: "grant" | "revoke") =>
  fetch(`${test.directory.origin}/consent/${fields["client_id"]}/${action}`, {
    method: "POST",
    redirect: "manual",
  });

describe("a policy's token endpoint", () => {
  it("issues the documented answer and claims to a consented client", async () => {
    const { fields } = await aRegisteredClient();
    await consent(fields, "grant");
    const { status, body } = await postForm(endpoint, fields);

    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      not_before: expect.any(Number),
      expires_in: 3600,
      expires_on: Number(body["not_before"]) + 3600,
      resource: setting(test.directory, "RESOURCE_APP_ID"),
    });
    expect(claims(text(body, "access_token"))).toMatchObject({
      aud: setting(test.directory, "RESOURCE_APP_ID"),
      iss: setting(test.directory, "CUSTOMER_ISSUER"),
      sub: fields["client_id"],
      azp: fields["client_id"],
      azpacr: "1",
      oid: expect.stringMatching(/^[\da-f-]{36}$/),
      scp: "api.read",
      tfp: "b2c_1_signin",
      tid: setting(test.directory, "DIRECTORY_TENANT_ID"),
      ver: "2.0",
      nbf: body["not_before"],
      iat: body["not_before"],
      exp: body["expires_on"],
    });
  });

  it("signs with the key that its discovery document leads to", async () => {
    const { fields } = await aRegisteredClient();
    const { body } = await postForm(endpoint, fields);
    const metadata = (await (
      await fetch(endpoint.replace("oauth2/v2.0/token", "v2.0/.well-known/openid-configuration"))
    ).json()) as Json;

    const { protectedHeader } = await jwtVerify(
      text(body, "access_token"),
      createRemoteJWKSet(new URL(text(metadata, "jwks_uri"))),
      { issuer: text(metadata, "issuer") },
    );
    expect(protectedHeader).toMatchObject({
      typ: "JWT",
      alg: "RS256",
      kid: test.directory.signingKey().kid,
    });
    expect(metadata["issuer"]).toBe(setting(test.directory, "CUSTOMER_ISSUER"));
    expect(metadata["token_endpoint"]).toBe(endpoint);
  });

  it("leaves scp out until an administrator has consented, and after consent was revoked", async () => {
    const { fields } = await aRegisteredClient();
    const scp = async () =>
      claims(text((await postForm(endpoint, fields)).body, "access_token"))["scp"];

    expect(await scp()).toBeUndefined();
    await consent(fields, "grant");
    expect(await scp()).toBe("api.read");
    await consent(fields, "revoke");
    expect(await scp()).toBeUndefined();
  });

  const anyPolicy = () =>
    `${test.directory.origin}/${setting(test.directory, "DIRECTORY_TENANT_ID")}/B2C_1A_anything/oauth2/v2.0/token`;

  it("takes the tenant by id and any policy name", async () => {
    const { fields } = await aRegisteredClient();
    const { status, body } = await postForm(anyPolicy(), fields);
    expect(status).toBe(200);
    expect(claims(text(body, "access_token"))["tfp"]).toBe("B2C_1A_anything");
  });

  it("refuses the client's secret in basic authentication, which the tenant's own endpoint takes", async () => {
    const { fields } = await aRegisteredClient();
    const { client_id = "", client_secret = "", ...rest } = fields;
    const basic = Buffer.from(
      `${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`,
    ).toString("base64");
    const authorization = `Basic ${basic}`;

    const refused = await postForm(anyPolicy(), rest, { authorization });
    expect([refused.status, refused.body["error"]]).toEqual([400, "invalid_grant"]);
    expect(refused.body["error_description"]).toContain("AADB2C90085");

    const entra = await postForm(tenantTokenEndpoint(test.directory), rest, { authorization });
    // Known by its secret, and refused only as nobody has consented.
    expect(entra.body["error_codes"]).toEqual([7000229]);
  });

  it("reads multipart, also under the header of Microsoft's own sample", async () => {
    const { fields } = await aRegisteredClient();
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const multipart = new Response(form);
    const type = multipart.headers.get("content-type") ?? "";
    const bytes = await multipart.arrayBuffer();

    for (const contentType of [
      type,
      "application/x-www-form-urlencoded",
      type.replace("multipart/form-data", "application/x-www-form-urlencoded"),
    ]) {
      const response = await fetch(endpoint, {
        method: "POST",
        headers: { "content-type": contentType },
        body: bytes,
      });
      expect([contentType, response.status]).toEqual([contentType, 200]);
    }
  });

  it.each([
    ["a wrong secret", { client_secret: "wrong" }, "invalid_client", "AADB2C90081"],
    ["no secret", { client_secret: "" }, "invalid_request", "AADB2C90079"],
    ["no client", { client_id: "" }, "invalid_request", "AADB2C90083"],
    [
      "an unknown client",
      { client_id: "65415bb1-9267-4313-bbf5-ae259732ee12" },
      "invalid_client",
      "AADB2C90018",
    ],
    ["no scope", { scope: "" }, "invalid_request", "AADB2C90083"],
    ["a scope without a resource", { scope: "openid" }, "invalid_request", "AADB2C90055"],
    [
      "a scope of an unknown resource",
      { scope: "https://elsewhere.example/api/.default" },
      "invalid_grant",
      "AADB2C90085",
    ],
    [
      "a single permission as scope",
      { scope: "https://latchkeylocal.onmicrosoft.com/api/api.read" },
      "invalid_request",
      "AADB2C90117",
    ],
    [
      "two resources",
      { scope: "https://a.example/.default https://b.example/.default" },
      "invalid_request",
      "AADB2C90146",
    ],
    ["another grant type", { grant_type: "password" }, "unsupported_grant_type", "AADB2C90086"],
    ["no grant type", { grant_type: "" }, "invalid_request", "AADB2C90083"],
    ["a client assertion", { client_assertion: "x" }, "invalid_request", "AADB2C99027"],
  ])("answers 400 to %s", async (_case, change, error, code) => {
    const { fields } = await aRegisteredClient();
    const { status, body } = await postForm(endpoint, { ...fields, ...change });

    expect([status, body["error"]]).toEqual([400, error]);
    expect(Object.keys(body)).toEqual(["error", "error_description"]);
    expect(body["error_description"]).toMatch(
      new RegExp(
        `^${code}: [^\\r]+\\r\\nCorrelation ID: [\\da-f-]{36}\\r\\nTimestamp: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ\\r\\n$`,
      ),
    );
  });

  it("answers 400 to a disabled, an expired, a deleted and an organization-only client", async () => {
    const description = async (fields: Record<string, string>) =>
      (await postForm(endpoint, fields)).body["error_description"];

    const disabled = await aRegisteredClient();
    await test.graph("PATCH", `/applications/${disabled.id}`, { isDisabled: true });
    expect(await description(disabled.fields)).toContain("AADB2C90092");
    await test.graph("PATCH", `/applications/${disabled.id}`, { isDisabled: false });
    expect((await postForm(endpoint, disabled.fields)).status).toBe(200);

    const expired = await test.graph("POST", `/applications/${disabled.id}/addPassword`, {
      passwordCredential: {
        startDateTime: "2020-01-01T00:00:00Z",
        endDateTime: "2020-01-02T00:00:00Z",
      },
    });
    expect(
      await description({ ...disabled.fields, client_secret: text(expired.body, "secretText") }),
    ).toContain("AADB2C90081");

    await test.graph("DELETE", `/applications/${disabled.id}`);
    expect(await description(disabled.fields)).toContain("AADB2C90018");

    const organization = await aRegisteredClient({ signInAudience: "AzureADMyOrg" });
    expect(await description(organization.fields)).toContain("AADB2C90085");
  });

  it("refuses a removed secret", async () => {
    const { id, fields } = await aRegisteredClient();
    const { body } = await test.graph("GET", `/applications/${id}`);
    const [credential] = body["passwordCredentials"] as Json[];
    await test.graph("POST", `/applications/${id}/removePassword`, {
      keyId: credential?.["keyId"],
    });
    expect((await postForm(endpoint, fields)).status).toBe(400);
  });
});
