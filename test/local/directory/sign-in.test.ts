import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claims, openTestDirectory, postForm, setting, text } from "./support.ts";

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory();
});
afterAll(() => test.close());

const redirectUri = "http://localhost:5173/";
const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");

const base = (who: "customer" | "operator") =>
  `${test.directory.origin}/${who === "customer" ? "latchkeylocal.onmicrosoft.com/b2c_1_signin" : setting(test.directory, "DIRECTORY_TENANT_ID")}/oauth2/v2.0`;
const request = (who: "customer" | "operator", more: Record<string, string> = {}) =>
  new URLSearchParams({
    client_id: setting(
      test.directory,
      who === "customer" ? "CUSTOMER_AUDIENCE" : "OPERATOR_AUDIENCE",
    ),
    redirect_uri: redirectUri,
    response_type: "code",
    response_mode: "fragment",
    scope: "openid offline_access https://latchkeylocal.onmicrosoft.com/portal/clients.read",
    code_challenge: challenge,
    code_challenge_method: "S256",
    state: "a state",
    nonce: "a nonce",
    ...more,
  });
const authorize = (who: "customer" | "operator", more: Record<string, string> = {}) =>
  fetch(`${base(who)}/authorize?${request(who, more)}`, { redirect: "manual" });

async function pick(
  who: "customer" | "operator",
  login: string,
  more: Record<string, string> = {},
): Promise<URL> {
  const response = await fetch(`${base(who)}/authorize`, {
    method: "POST",
    redirect: "manual",
    body: request(who, { ...more, login }),
  });
  expect(response.status).toBe(302);
  return new URL(response.headers.get("location") ?? "");
}
const redeem = (
  who: "customer" | "operator",
  code: string,
  more: Record<string, string> = {},
  headers: Record<string, string> = {},
) =>
  postForm(
    `${base(who)}/token`,
    {
      grant_type: "authorization_code",
      client_id: setting(
        test.directory,
        who === "customer" ? "CUSTOMER_AUDIENCE" : "OPERATOR_AUDIENCE",
      ),
      redirect_uri: redirectUri,
      code,
      code_verifier: verifier,
      ...more,
    },
    headers,
  );
/** What a browser adds to the request of a page. */
const AS_PAGE = { origin: "http://localhost:5173" };

describe("signing in", () => {
  it("offers customers at a policy and the operator at the tenant", async () => {
    const customers = await (await authorize("customer")).text();
    expect(customers).toContain("Ann Contoso");
    expect(customers).toContain("Bob Fabrikam");
    expect(customers).not.toContain("Olga");
    expect(customers).toMatch(/<html lang="en">[\s\S]*<title>Sign in<\/title>[\s\S]*<main>/);
    const operators = await (await authorize("operator")).text();
    expect(operators).toContain("Olga Operator");
    expect(operators).not.toContain("Ann");
  });

  it.each([
    ["fragment", (url: URL) => new URLSearchParams(url.hash.slice(1))],
    ["query", (url: URL) => url.searchParams],
  ])("redirects with code and state by %s", async (response_mode, read) => {
    const url = await pick("customer", "ann", { response_mode });
    expect(`${url.origin}${url.pathname}`).toBe(redirectUri);
    expect(read(url).get("state")).toBe("a state");
    expect(read(url).get("code")).toMatch(/^[\w-]{43}$/);
  });

  it("sends code and state by a form that sends itself, for who listens on this machine", async () => {
    const response = await fetch(`${base("customer")}/authorize`, {
      method: "POST",
      redirect: "manual",
      body: request("customer", { response_mode: "form_post", login: "ann", state: '"a state' }),
    });
    const page = await response.text();
    expect([response.status, page]).toEqual([
      200,
      expect.stringContaining(`<form method="post" action="${redirectUri}">`),
    ]);
    expect(page).toContain('name="state" value="&quot;a state"');
    expect(page).toMatch(/name="code" value="[\w-]{43}"/);
    const policy = response.headers.get("content-security-policy") ?? "";
    const [, script = ""] = /<script>(.*)<\/script>/.exec(page) ?? [];
    expect(policy).toContain(`'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  });

  it("redeems the code once, for tokens of that person", async () => {
    const code =
      new URLSearchParams((await pick("customer", "bob")).hash.slice(1)).get("code") ?? "";
    const { status, body } = await redeem("customer", code);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: "Bearer",
      expires_in: 86_400,
      client_info: expect.any(String),
    });
    expect(claims(text(body, "access_token"))).toMatchObject({
      extension_subscriptionId: "fabrikam",
      iss: setting(test.directory, "CUSTOMER_ISSUER"),
    });
    expect(claims(text(body, "id_token"))).toMatchObject({
      nonce: "a nonce",
      aud: setting(test.directory, "CUSTOMER_AUDIENCE"),
      name: "Bob Fabrikam",
    });

    expect((await redeem("customer", code)).body["error"]).toBe("invalid_grant");
    const refreshed = await postForm(`${base("customer")}/token`, {
      grant_type: "refresh_token",
      client_id: setting(test.directory, "CUSTOMER_AUDIENCE"),
      refresh_token: text(body, "refresh_token"),
    });
    expect(claims(text(refreshed.body, "access_token"))["extension_subscriptionId"]).toBe(
      "fabrikam",
    );
  });

  it("gives the operator the role", async () => {
    const code =
      new URLSearchParams((await pick("operator", "olga")).hash.slice(1)).get("code") ?? "";
    const { body } = await redeem("operator", code, {}, AS_PAGE);
    expect(claims(text(body, "access_token"))).toMatchObject({
      roles: ["Consent.Approve"],
      aud: setting(test.directory, "OPERATOR_AUDIENCE"),
    });
  });

  describe("what the tenant issued", () => {
    // Registered as `tenant:setup --command` does it: programs come back to http://localhost, on any port.
    const program = "http://localhost:49152";
    const grant = async (redirect_uri: string, headers: Record<string, string> = {}) => {
      const more = { client_id: setting(test.directory, "CUSTOMER_AUDIENCE"), redirect_uri };
      const { hash } = await pick("operator", "olga", more);
      const code = new URLSearchParams(hash.slice(1)).get("code") ?? "";
      return redeem("operator", code, more, headers);
    };
    const renew = (refresh_token: string, headers: Record<string, string> = {}) => {
      const client_id = setting(test.directory, "CUSTOMER_AUDIENCE");
      const fields = { grant_type: "refresh_token", client_id, refresh_token };
      return postForm(`${base("operator")}/token`, fields, headers);
    };
    const onlyPages = {
      error: "invalid_request",
      error_codes: [9002327],
      error_description: expect.stringContaining(
        "AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
      ),
    };
    const noPages = {
      error: "invalid_request",
      error_codes: [9002326],
      error_description: expect.stringContaining(
        "AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: 'http://localhost:5173'.",
      ),
    };

    it.each([
      ["a page is for pages only", redirectUri, AS_PAGE, {}, onlyPages],
      ["a page on another address too", "http://127.0.0.1:7071/consents", AS_PAGE, {}, onlyPages],
      ["a program is not for pages", program, {}, AS_PAGE, noPages],
    ])("%s, its refresh token as well", async (_case, redirect, right, wrong, refusal) => {
      const refused = await grant(redirect, wrong);
      expect([refused.status, refused.body]).toEqual([400, expect.objectContaining(refusal)]);
      const { status, body } = await grant(redirect, right);
      expect(status).toBe(200);
      const again = await renew(text(body, "refresh_token"), wrong);
      expect([again.status, again.body]).toEqual([400, expect.objectContaining(refusal)]);
      const renewed = await renew(text(body, "refresh_token"), right);
      expect(renewed.status).toBe(200);
      // And so is the one that comes with it.
      expect((await renew(text(renewed.body, "refresh_token"), wrong)).status).toBe(400);
    });
  });

  it("refuses another verifier, another client and a made-up refresh token", async () => {
    const code = async () =>
      new URLSearchParams((await pick("customer", "ann")).hash.slice(1)).get("code") ?? "";
    expect(
      (await redeem("customer", await code(), { code_verifier: "wrong" })).body[
        "error_description"
      ],
    ).toContain("AADB2C90182");
    expect((await redeem("customer", await code(), { client_id: "wrong" })).status).toBe(400);
    const made = await postForm(`${base("operator")}/token`, {
      grant_type: "refresh_token",
      client_id: "x",
      refresh_token: "x",
    });
    expect([made.status, made.body["error"]]).toEqual([400, "invalid_grant"]);
  });

  it.each([
    ["an unknown client", { client_id: "x" }],
    ["a redirect to elsewhere", { redirect_uri: "https://evil.example/" }],
    ["the implicit flow", { response_type: "token" }],
    ["no challenge", { code_challenge: "" }],
  ])("refuses %s on the page, without a redirect", async (_case, more) => {
    expect((await authorize("customer", more)).status).toBe(400);
  });

  it("does not let a customer's policy sign in the operator", async () => {
    const response = await fetch(`${base("customer")}/authorize`, {
      method: "POST",
      redirect: "manual",
      body: request("customer", { login: "olga" }),
    });
    expect(response.status).toBe(200);
  });

  it("answers prompt=none with login_required, and escapes what it repeats", async () => {
    const silent = await authorize("customer", { prompt: "none" });
    expect(silent.headers.get("location")).toContain("error=login_required");
    const page = await (await authorize("customer", { state: '"><script>' })).text();
    expect(page).not.toContain("<script>");
  });

  it("lets browsers of any origin redeem", async () => {
    const preflight = await fetch(`${base("customer")}/token`, {
      method: "OPTIONS",
      headers: {
        origin: "http://localhost:5173",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-client-sku",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("x-client-sku");
  });

  it("signs out to a local address only", async () => {
    const out = await fetch(
      `${base("customer")}/logout?post_logout_redirect_uri=${encodeURIComponent(redirectUri)}&state=s`,
      { redirect: "manual" },
    );
    expect(out.headers.get("location")).toBe(`${redirectUri}?state=s`);
    const elsewhere = await fetch(
      `${base("customer")}/logout?post_logout_redirect_uri=https://evil.example/`,
      { redirect: "manual" },
    );
    expect(elsewhere.status).toBe(200);
  });
});
