import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt, exportJWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDirectory, setting, tenantTokenEndpoint } from "../local/directory/support.ts";
import { listenSecurely } from "../support/listen-securely.ts";
import { selfSignedCertificate } from "../support/self-signed.ts";
import { latchkey } from "./support/run.ts";
import { type Asked, standIn } from "./support/stand-in.ts";

/** What a program signs in with, at the token endpoint of the local directory. */

const AUDIENCE = "api://AzureADTokenExchange";
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = selfSignedCertificate("pipeline");

let directory: Awaited<ReturnType<typeof openTestDirectory>>;
/** Stands for GitHub: gives a job its token. */
let github: Awaited<ReturnType<typeof standIn>>;
/** Shows the key that signed it; on https, as every issuer that a directory trusts. */
let issuer: Awaited<ReturnType<typeof listenSecurely>>;
let job: string;
let folder: string;
let place: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-sign-in-"));
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "k", alg: "RS256", use: "sig" };
  github = await standIn(({ path, headers }: Asked) => {
    const asked = `/token?api-version=2.0&audience=${encodeURIComponent(AUDIENCE)}`;
    if (path !== asked || headers.authorization !== "Bearer the-job's")
      return { status: 401, body: { message: "Not a job of ours" } };
    return { status: 200, body: { value: job } };
  });
  directory = await openTestDirectory();
  issuer = await listenSecurely(directory.directory, ({ url }, response) => {
    const { origin } = issuer;
    const body = url === "/jwks" ? { keys: [jwk] } : { issuer: origin, jwks_uri: `${origin}/jwks` };
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
  job = await new SignJWT()
    .setProtectedHeader({ alg: "RS256", kid: "k" })
    .setIssuer(issuer.origin)
    .setSubject("repo:contoso/nightly:ref:refs/heads/main")
    .setAudience(AUDIENCE)
    .setExpirationTime("5m")
    .sign(keys.privateKey);

  const clientId = setting(directory.directory, "DIRECTORY_CLIENT_ID");
  place = {
    LATCHKEY_CLIENT_ID: clientId,
    LATCHKEY_TOKEN_ENDPOINT: tenantTokenEndpoint(directory.directory),
    LATCHKEY_SCOPE: "https://graph.microsoft.com/.default",
  };
  const client = `/applications(appId='${clientId}')`;
  const key = { type: "AsymmetricX509Cert", usage: "Verify", key: certificate.der };
  await directory.admin("PATCH", client, { keyCredentials: [key] });
  await directory.admin("POST", `${client}/federatedIdentityCredentials`, {
    name: "nightly",
    issuer: issuer.origin,
    subject: "repo:contoso/nightly:ref:refs/heads/main",
    audiences: [AUDIENCE],
  });
}, 60_000);
afterAll(async () => {
  github?.close();
  await issuer?.stop();
  await directory?.close();
  await rm(folder, { recursive: true, force: true });
});

const token = (environment: Record<string, string>, ...options: string[]) =>
  latchkey(["token", ...options], { environment: { ...place, ...environment } });
const put = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

describe("a token is bought", () => {
  const bought = async (environment: Record<string, string>) => {
    const { code, out, said } = await token(environment);
    expect([code, said]).toEqual([0, ""]);
    return decodeJwt(out)["appid"] ?? decodeJwt(out)["azp"];
  };
  const itself = () => place["LATCHKEY_CLIENT_ID"];

  test("with a certificate and its key from a PEM file", async () => {
    const LATCHKEY_CERTIFICATE = await put("client.pem", certificate.pem);
    expect(await bought({ LATCHKEY_CERTIFICATE })).toBe(itself());
  });

  test("in a job of GitHub Actions, with the token that GitHub gives it", async () => {
    const ACTIONS_ID_TOKEN_REQUEST_URL = `${github.origin}/token?api-version=2.0`;
    const ACTIONS_ID_TOKEN_REQUEST_TOKEN = "the-job's";
    expect(await bought({ ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN })).toBe(
      itself(),
    );
  });

  test("in Kubernetes, with the token that is projected into a file", async () => {
    const AZURE_FEDERATED_TOKEN_FILE = await put("token", `${job}\n`);
    expect(await bought({ AZURE_FEDERATED_TOKEN_FILE })).toBe(itself());
  });
});

test("a token that the client does not trust, and a certificate that it does not have, are explained", async () => {
  const stranger = await new SignJWT()
    .setProtectedHeader({ alg: "RS256", kid: "k" })
    .setIssuer(issuer.origin)
    .setSubject("repo:contoso/nightly:ref:refs/heads/other")
    .setAudience(AUDIENCE)
    .setExpirationTime("5m")
    .sign(keys.privateKey);
  const AZURE_FEDERATED_TOKEN_FILE = await put("stranger", stranger);
  const LATCHKEY_CERTIFICATE = await put("other.pem", selfSignedCertificate("other").pem);
  const ran = [await token({ AZURE_FEDERATED_TOKEN_FILE }), await token({ LATCHKEY_CERTIFICATE })];
  expect(ran.map(({ code, said }) => [code, said])).toEqual([
    [3, expect.stringMatching(/^AADSTS700213: [\s\S]*\nThe client trusts no such token/)],
    [3, expect.stringMatching(/^AADSTS700027: [\s\S]*\nThe certificate is not the client's/)],
  ]);
});

describe("what cannot sign in says why, and shows nothing secret", () => {
  test.each([
    ["nothing at all", {}, 2, "nothing to sign in with"],
    ["a file that is not there", { LATCHKEY_CERTIFICATE: "/none.pem" }, 2, "cannot be read"],
    ["a wrong secret", { LATCHKEY_CLIENT_SECRET: "a-wrong-one" }, 3, "AADSTS7000215"],
    [
      "a job without the permission",
      { ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.example/token" },
      2,
      "id-token: write",
    ],
    [
      "an endpoint without TLS",
      { LATCHKEY_CLIENT_SECRET: "x", LATCHKEY_TOKEN_ENDPOINT: "http://login.example/token" },
      2,
      "is not https",
    ],
  ])("%s", async (_name, environment, code, words) => {
    const ran = await token(environment);
    expect([ran.code, ran.said]).toEqual([code, expect.stringContaining(words)]);
    expect(ran.said).not.toContain("a-wrong-one");
  });

  test("a PEM file without its key, and a job that is not GitHub's", async () => {
    const LATCHKEY_CERTIFICATE = await put(
      "no-key.pem",
      certificate.pem.replace(/-+BEGIN PRIV.*/s, ""),
    );
    expect((await token({ LATCHKEY_CERTIFICATE })).said).toContain("private key");
    const foreign = await token({
      ACTIONS_ID_TOKEN_REQUEST_URL: `${github.origin}/token`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "another's",
    });
    expect(foreign.code).toBe(6);
  });

  test("an empty standard input", async () => {
    expect((await token({}, "--secret-stdin")).said).toContain("no secret on standard input");
  });
});

test("a program signs in at the service by itself, with the scope of the service", async () => {
  const seen: Asked[] = [];
  const service = await standIn((asked) => {
    seen.push(asked);
    return { status: 200, body: { items: [] } };
  });
  const { LATCHKEY_SCOPE: LATCHKEY_API_SCOPE = "", ...client } = place;
  const environment = {
    ...{ ...client, LATCHKEY_API_SCOPE, LATCHKEY_API: service.origin },
    LATCHKEY_CERTIFICATE: await put("service.pem", certificate.pem),
  };
  const { code, out } = await latchkey(["clients", "list"], { environment });
  service.close();
  expect([code, out]).toEqual([0, "There is none."]);
  const [, bearer = ""] = /^Bearer (.+)$/.exec(seen[0]?.headers.authorization ?? "") ?? [];
  expect(decodeJwt(bearer).aud).toContain("graph.microsoft.com");
});
