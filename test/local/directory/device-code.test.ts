import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { claims, type Json, openTestDirectory, postForm, setting, text } from "./support.ts";

/** The device authorization grant as Entra documents it (entra-docs, v2-oauth2-device-code). */

let test: Awaited<ReturnType<typeof openTestDirectory>>;
beforeAll(async () => {
  test = await openTestDirectory({ flavour: "entra" });
});
afterAll(() => test.close());

const base = () => `${test.directory.origin}/${setting(test.directory, "DIRECTORY_TENANT_ID")}`;
const clientId = () => setting(test.directory, "CUSTOMER_AUDIENCE");
const scope = "openid offline_access https://latchkeylocal.onmicrosoft.com/portal/clients.read";
const start = async (more: Record<string, string> = {}) =>
  postForm(`${base()}/oauth2/v2.0/devicecode`, { client_id: clientId(), scope, ...more });
const redeem = (started: Json, more: Record<string, string> = {}) =>
  postForm(`${base()}/oauth2/v2.0/token`, {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    client_id: clientId(),
    device_code: text(started, "device_code"),
    ...more,
  });
const type = (started: Json, fields: Record<string, string>) =>
  fetch(text(started, "verification_uri"), {
    method: "POST",
    body: new URLSearchParams({ code: text(started, "user_code"), ...fields }),
  });

describe("a device code", () => {
  it("is pending until somebody has typed it and signed in, and then good once", async () => {
    const { status, body } = await start();
    expect([status, body]).toEqual([
      200,
      {
        user_code: expect.stringMatching(/^[A-Z0-9]{9}$/),
        device_code: expect.any(String),
        verification_uri: `${test.directory.origin}/devicelogin`,
        expires_in: 900,
        interval: 5,
        message: expect.stringContaining("enter the code"),
      },
    ]);
    const pending = await redeem(body);
    expect([pending.status, pending.body["error"], pending.body["error_codes"]]).toEqual([
      ...[400, "authorization_pending", [70016]],
    ]);
    expect(await (await type(body, {})).text()).toContain("sign in to Customer portal?");
    await type(body, { login: "ann" });
    // As msal-node names it; Entra takes both.
    const done = await redeem(body, { grant_type: "device_code" });
    expect(claims(text(done.body, "access_token"))["extension_subscriptionId"]).toBe("contoso");
    expect(done.body).toHaveProperty("refresh_token");
    expect((await redeem(body)).body["error"]).toBe("bad_verification_code");
  });

  it("may be refused by the person, and is then refused here", async () => {
    const { body } = await start();
    await type(body, { cancel: "yes" });
    expect((await redeem(body)).body["error"]).toBe("authorization_declined");
  });

  it("ends", async () => {
    const { body } = await start();
    vi.useFakeTimers({ now: Date.now() + 901_000, toFake: ["Date"] });
    try {
      expect((await type(body, { login: "ann" })).status).toBe(400);
      const { error, error_codes } = (await redeem(body)).body;
      expect([error, error_codes]).toEqual(["expired_token", [70020]]);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ["an unknown application", { client_id: "x" }, "unauthorized_client"],
    ["no scope", { scope: "" }, "invalid_request"],
  ])("is not given for %s", async (_case, more, error) => {
    const refused = await start(more);
    expect([refused.status, refused.body["error"]]).toEqual([400, error]);
  });

  it("is another's to nobody else, and no use to an application without public client flows", async () => {
    const { body } = await start();
    expect((await redeem(body, { client_id: "x" })).body["error"]).toBe("bad_verification_code");
    const operators = setting(test.directory, "OPERATOR_AUDIENCE");
    const started = await start({ client_id: operators });
    const refused = await redeem(started.body, { client_id: operators });
    expect([refused.status, refused.body["error_codes"]]).toEqual([401, [7000218]]);
  });

  it("is offered by the tenant's discovery document, and by no policy", async () => {
    const metadata = async (path: string) =>
      (
        await fetch(`${test.directory.origin}/${path}/v2.0/.well-known/openid-configuration`)
      ).json();
    const tenant = setting(test.directory, "DIRECTORY_TENANT_ID");
    expect(await metadata(tenant)).toMatchObject({
      device_authorization_endpoint: `${base()}/oauth2/v2.0/devicecode`,
    });
    const policy = "latchkeylocal.onmicrosoft.com/b2c_1_signin";
    expect(await metadata(policy)).not.toHaveProperty("device_authorization_endpoint");
    const asked = await postForm(`${test.directory.origin}/${policy}/oauth2/v2.0/devicecode`, {});
    expect(asked.status).toBe(404);
    const granted = await postForm(`${test.directory.origin}/${policy}/oauth2/v2.0/token`, {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    });
    expect(granted.body["error"]).toBe("unsupported_grant_type");
  });
});
