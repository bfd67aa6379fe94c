import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  backendToken,
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
beforeEach(() => test.directory.setFaults(undefined));
afterAll(() => test.close());

const read = (token: string) => graph(test.directory, token, "GET", "/organization");

/** The claims of a challenge, as MSAL hands them on. */
function claimsOf(headers: Headers): string {
  const [, encoded = ""] = /claims="([^"]+)"/.exec(headers.get("www-authenticate") ?? "") ?? [];
  return Buffer.from(encoded, "base64").toString("utf8");
}

const tokenWith = async (claims: string): Promise<string> => {
  const { body } = await postForm(tenantTokenEndpoint(test.directory), {
    grant_type: "client_credentials",
    client_id: setting(test.directory, "DIRECTORY_CLIENT_ID"),
    client_secret: setting(test.directory, "DIRECTORY_CLIENT_SECRET"),
    scope: "https://graph.microsoft.com/.default",
    claims,
  });
  return text(body, "access_token");
};

describe("tokensRevoked", () => {
  it("plain: a token from before is refused however good it was; a new one is taken", async () => {
    const before = await backendToken(test.directory);
    expect((await read(before)).status).toBe(200);
    test.directory.setFaults({ tokensRevoked: "plain" });

    const refused = await read(before);
    expect([refused.status, errorCode(refused)]).toEqual([401, "InvalidAuthenticationToken"]);
    expect(refused.headers.get("www-authenticate")).not.toContain("claims=");
    expect((await read(await backendToken(test.directory))).status).toBe(200);
    expect((await read(before)).status).toBe(401);
  });

  it("challenge: only a token that was asked for with the claims is taken", async () => {
    test.directory.setFaults({ tokensRevoked: "challenge" });
    const refused = await read(test.backend);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain('error="insufficient_claims"');
    const claims = claimsOf(refused.headers);
    expect(JSON.parse(claims)).toMatchObject({ access_token: { nbf: { essential: true } } });

    expect((await read(await backendToken(test.directory))).status).toBe(401);
    expect((await read(await tokenWith("{}"))).status).toBe(401);
    expect((await read(await tokenWith(claims))).status).toBe(200);
  });

  it("strikes applications only, and anew each time it is set", async () => {
    test.directory.setFaults({ tokensRevoked: "plain" });
    expect((await read(test.administrator)).status).toBe(200);
    const after = await backendToken(test.directory);
    expect((await read(after)).status).toBe(200);
    test.directory.setFaults({ tokensRevoked: "plain" });
    expect((await read(after)).status).toBe(401);
  });
});
