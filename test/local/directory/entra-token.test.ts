import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import { exportJWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../../../infra/local/directory/x509.ts";
import { listenSecurely } from "../../support/listen-securely.ts";
import {
  aClient,
  claims,
  items,
  openTestDirectory,
  postForm,
  setting,
  tenantTokenEndpoint,
  text,
} from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
let endpoint: string;
let backend: Record<string, string>;
beforeAll(async () => {
  test = await openTestDirectory();
  endpoint = tenantTokenEndpoint(test.directory);
  backend = {
    grant_type: "client_credentials",
    client_id: setting(test.directory, "DIRECTORY_CLIENT_ID"),
    client_secret: setting(test.directory, "DIRECTORY_CLIENT_SECRET"),
    scope: "https://graph.microsoft.com/.default",
  };
});
afterAll(() => test.close());

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });

describe("the tenant's token endpoint", () => {
  it("answers in Entra's shape", async () => {
    const { status, body } = await postForm(endpoint, backend);
    expect(status).toBe(200);
    expect(body).toEqual({
      token_type: "Bearer",
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
    });
  });

  it("gives a registered client the resource's token with roles, once consented", async () => {
    const { body } = await test.graph("POST", "/applications", aClient(test.directory));
    const secret = await test.graph("POST", `/applications/${body["id"]}/addPassword`, {});
    const fields = {
      grant_type: "client_credentials",
      client_id: text(body, "appId"),
      client_secret: text(secret.body, "secretText"),
      scope: setting(test.directory, "RESOURCE_SCOPE"),
    };
    const token = async () => claims(text((await postForm(endpoint, fields)).body, "access_token"));
    // No service principal yet: the consent makes it.
    const before = await postForm(endpoint, fields);
    expect([before.status, before.body["error"], before.body["error_codes"]]).toEqual([
      ...[401, "invalid_client"],
      [7000229],
    ]);

    await fetch(`${test.directory.origin}/consent/${fields.client_id}/grant`, {
      method: "POST",
      redirect: "manual",
    });
    expect(await token()).toMatchObject({
      aud: setting(test.directory, "RESOURCE_APP_ID"),
      iss: setting(test.directory, "OPERATOR_ISSUER"),
      azp: fields.client_id,
      azpacr: "1",
      roles: ["api.read"],
      ver: "2.0",
    });
  });

  it("refuses an unassigned client where the resource demands an assignment, else it has no roles", async () => {
    const resource = await openTestDirectory();
    try {
      const ask = () =>
        postForm(tenantTokenEndpoint(resource.directory), {
          ...backend,
          client_id: setting(resource.directory, "DIRECTORY_CLIENT_ID"),
          client_secret: setting(resource.directory, "DIRECTORY_CLIENT_SECRET"),
          scope: setting(resource.directory, "RESOURCE_SCOPE"),
        });
      const { status, body } = await ask();
      expect([status, body["error_codes"]]).toEqual([400, [501051]]);

      const api = `/servicePrincipals(appId='${setting(resource.directory, "RESOURCE_APP_ID")}')`;
      await resource.admin("PATCH", api, { appRoleAssignmentRequired: false });

      expect(claims(text((await ask()).body, "access_token"))).not.toHaveProperty("roles");
    } finally {
      await resource.close();
    }
  });

  it.each([
    ["a wrong secret", { client_secret: "wrong" }, 401, "invalid_client", 7000215],
    ["no credential", { client_secret: "" }, 401, "invalid_client", 7000218],
    [
      "an unknown client",
      { client_id: "65415bb1-9267-4313-bbf5-ae259732ee12" },
      400,
      "unauthorized_client",
      700016,
    ],
    ["no client", { client_id: "" }, 400, "invalid_request", 900144],
    ["no scope", { scope: "" }, 400, "invalid_request", 900144],
    [
      "a scope without .default",
      { scope: "https://graph.microsoft.com/User.Read" },
      400,
      "invalid_scope",
      1002012,
    ],
    ["an unknown resource", { scope: "api://elsewhere/.default" }, 400, "invalid_resource", 500011],
    ["another grant", { grant_type: "password" }, 400, "unsupported_grant_type", 70003],
  ])("answers %s in Entra's error shape", async (_case, change, status, error, code) => {
    const answer = await postForm(endpoint, { ...backend, ...change });

    expect([answer.status, answer.body["error"], answer.body["error_codes"]]).toEqual([
      status,
      error,
      [code],
    ]);
    expect(answer.body).toMatchObject({
      error_description: expect.stringMatching(new RegExp(`^AADSTS${code}: `)),
      timestamp: expect.any(String),
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    });
  });

  it("refuses a disabled client and an expired secret", async () => {
    const { body } = await test.graph("POST", "/applications", aClient(test.directory));
    const path = `/applications/${body["id"]}`;
    const add = (passwordCredential: object) =>
      test.graph("POST", `${path}/addPassword`, { passwordCredential });
    const codes = async (secret: string) =>
      (
        await postForm(endpoint, {
          ...backend,
          client_id: text(body, "appId"),
          client_secret: secret,
        })
      ).body["error_codes"];
    const expired = await add({
      startDateTime: "2020-01-01T00:00:00Z",
      endDateTime: "2020-02-01T00:00:00Z",
    });
    const good = await add({});

    expect(await codes(text(expired.body, "secretText"))).toEqual([7000222]);
    await test.graph("PATCH", path, { isDisabled: true });
    expect(await codes(text(good.body, "secretText"))).toEqual([7000112]);
  });

  it("does not know other tenants", async () => {
    const { body } = await postForm(
      `${test.directory.origin}/contoso.onmicrosoft.com/oauth2/v2.0/token`,
      backend,
    );
    expect(body["error_codes"]).toEqual([90002]);
  });
});

describe("a certificate", () => {
  const certificate = makeCertificate({
    subject: "backend",
    issuer: "backend",
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    use: "client",
  });
  const raw = new X509Certificate(certificate).raw;
  const path = () => `/applications(appId='${backend["client_id"]}')`;
  beforeAll(async () => {
    const { status } = await test.admin("PATCH", path(), {
      keyCredentials: [
        { type: "AsymmetricX509Cert", usage: "Verify", key: raw.toString("base64") },
      ],
    });
    expect(status).toBe(204);
  });

  const assertion = (header: Record<string, string>, audience = endpoint) =>
    new SignJWT()
      .setProtectedHeader({ alg: "PS256", ...header })
      .setIssuer(backend["client_id"] ?? "")
      .setSubject(backend["client_id"] ?? "")
      .setAudience(audience)
      .setExpirationTime("5m")
      .sign(keys.privateKey);
  const redeem = (client_assertion: string) => {
    const { client_secret: _, ...fields } = backend;
    return postForm(endpoint, {
      ...fields,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion,
    });
  };

  // MSAL for Python pads it, MSAL for Go writes plain Base64.
  it.each([
    ["x5t", "sha1", "base64url", ""],
    ["x5t#S256", "sha256", "base64url", ""],
    ["x5t", "sha1", "base64url", "="],
    ["x5t#S256", "sha256", "base64", ""],
  ] as const)("signs the client in by %s of %s in %s%s", async (name, digest, encoding, pad) => {
    const thumbprint = createHash(digest).update(raw).digest(encoding);
    const { status, body } = await redeem(await assertion({ [name]: `${thumbprint}${pad}` }));
    expect(status).toBe(200);
    expect(claims(text(body, "access_token"))["appidacr"]).toBe("2");
  });

  it("is refused when unknown or meant for another endpoint", async () => {
    const x5t = createHash("sha1").update(raw).digest("base64url");
    for (const bad of [
      await assertion({ x5t: "unknown" }),
      await assertion({ x5t }, "https://elsewhere.example"),
    ]) {
      const { status, body } = await redeem(bad);
      expect([status, body["error"], body["error_codes"]]).toEqual([
        401,
        "invalid_client",
        [700027],
      ]);
    }
  });

  it("is refused by Graph when it is none", async () => {
    const { status } = await test.admin("PATCH", path(), {
      keyCredentials: [{ type: "AsymmetricX509Cert", usage: "Verify", key: "AAAA" }],
    });
    expect(status).toBe(400);
  });
});

describe("a federated credential", () => {
  it("signs the client in with another issuer's token, of that subject and audience only", async () => {
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: "k", alg: "RS256", use: "sig" };
    let issuer = "";
    const server = await listenSecurely(test.directory, (request, response) => {
      const body =
        request.url === "/jwks" ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` };
      response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    });
    issuer = server.origin;
    try {
      const path = `/applications(appId='${backend["client_id"]}')/federatedIdentityCredentials`;
      const audience = "api://AzureADTokenExchange";
      const created = await test.admin("POST", path, {
        name: "identity",
        issuer,
        subject: "managed",
        audiences: [audience],
      });
      expect(created.status).toBe(201);

      const redeem = async (subject: string, aud: string) => {
        const { client_secret: _, ...fields } = backend;
        const client_assertion = await new SignJWT()
          .setProtectedHeader({ alg: "RS256", kid: "k" })
          .setIssuer(issuer)
          .setSubject(subject)
          .setAudience(aud)
          .setExpirationTime("5m")
          .sign(keys.privateKey);
        return postForm(endpoint, {
          ...fields,
          client_assertion_type: ASSERTION_TYPE,
          client_assertion,
        });
      };
      expect((await redeem("managed", audience)).status).toBe(200);
      expect((await redeem("another", audience)).body["error_codes"]).toEqual([700213]);
      expect((await redeem("managed", "api://else")).body["error_codes"]).toEqual([700212]);

      expect(items(await test.admin("GET", path))).toMatchObject([
        { name: "identity", subject: "managed" },
      ]);
      expect((await test.admin("DELETE", `${path}/${created.body["id"]}`)).status).toBe(204);
      expect((await redeem("managed", audience)).status).toBe(401);
    } finally {
      await server.stop();
    }
  });
});
