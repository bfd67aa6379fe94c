import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { graph } from "../../local/directory/support.ts";
import { startTestCloud } from "../../support/cloud.ts";
import { selfSignedCertificate } from "../../support/self-signed.ts";
import { startManagedIdentity } from "./managed-identity.ts";

/**
 * The three ways the backend signs in to the directory, each by the SDK's own token request over https, from a host process
 * that has nothing but its settings. That a client can be created and seen proves the sign-in.
 */

let cloud: Cloud;
let identity: Awaited<ReturnType<typeof startManagedIdentity>>;
const certificate = selfSignedCertificate("latchkey-backend");

beforeAll(async () => {
  cloud = await startTestCloud({ hosts: 0 });
  identity = await startManagedIdentity(cloud);
  const backend = `/applications(appId='${cloud.settings["DIRECTORY_CLIENT_ID"]}')`;
  const admin = (method: string, path: string, body: object) =>
    graph(cloud.directory, cloud.addresses.users.olga.graphToken, method, backend + path, body);
  const registered = [
    await admin("PATCH", "", {
      keyCredentials: [{ type: "AsymmetricX509Cert", usage: "Verify", key: certificate.der }],
    }),
    await admin("POST", "/federatedIdentityCredentials", {
      name: "latchkey-managed-identity",
      issuer: identity.issuer,
      subject: identity.principalId,
      audiences: ["api://AzureADTokenExchange"],
    }),
  ];
  expect(registered.map(({ status }) => status)).toEqual([204, 201]);
});
afterAll(async () => {
  await identity.stop();
});

const WITHOUT_SECRET = { DIRECTORY_CLIENT_SECRET: undefined };

/** Starts a host with these settings and creates a client through it. @returns the status */
async function createThrough(environment: Readonly<Record<string, string | undefined>>) {
  // A host that starts has its token fetched ahead.
  cloud.directory.resetRequests();
  const host = await cloud.startHost({ environment: { ...WITHOUT_SECRET, ...environment } });
  try {
    const response = await fetch(`${host.origin}/api/clients`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${cloud.addresses.users.ann.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ displayName: `By ${environment["DIRECTORY_CREDENTIAL"]}` }),
    });
    return { status: response.status, body: await response.json() };
  } finally {
    await host.stop();
  }
}
const tokenRequests = () =>
  cloud.directory.requests().filter(({ name }) => name.includes("token")).length;

test("secret", async () => {
  const { DIRECTORY_CLIENT_SECRET } = cloud.settings;
  const created = await createThrough({ DIRECTORY_CREDENTIAL: "secret", DIRECTORY_CLIENT_SECRET });
  expect(created).toMatchObject({ status: 201, body: { displayName: "By secret" } });
  expect(tokenRequests()).toBe(1);
});

test("certificate, in Base64 as a key vault would give it", async () => {
  const created = await createThrough({
    DIRECTORY_CREDENTIAL: "certificate",
    DIRECTORY_CLIENT_CERTIFICATE: Buffer.from(certificate.pem).toString("base64"),
  });
  expect(created.status).toBe(201);
  expect(tokenRequests()).toBe(1);
});

test("federated: the managed identity's token is the assertion, and no secret exists", async () => {
  const created = await createThrough({
    DIRECTORY_CREDENTIAL: "federated",
    ...identity.environment,
  });
  expect(created.status).toBe(201);
  expect(identity.asked()).toEqual(["api://AzureADTokenExchange"]);
  expect(tokenRequests()).toBe(1);
});

test("a certificate that is not registered: nothing is created, and the caller is told to come again", async () => {
  const file = join(tmpdir(), `latchkey-${process.pid}.pem`);
  writeFileSync(file, selfSignedCertificate("somebody-else").pem, { mode: 0o600 });
  const refused = await createThrough({
    DIRECTORY_CREDENTIAL: "certificate",
    DIRECTORY_CLIENT_CERTIFICATE_PATH: file,
  });
  rmSync(file);
  expect(refused.status).toBe(503);
  expect(JSON.stringify(refused.body)).not.toMatch(/AADSTS|certificate/);
});
