import { createHash, createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { SignJWT } from "jose";
import { expect } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { ASSERTION_TYPE } from "../../../infra/local/directory/sign-in/client-assertion.ts";
import { requestTokenWith } from "../../../infra/tools/token/request.ts";
import { eventually } from "../../support/eventually.ts";
import { type LogLine, logLines } from "../../support/log-lines.ts";
import { selfSignedCertificate } from "../../support/self-signed.ts";

const Certificate = z.object({
  keyId: z.guid(),
  thumbprint: z.string().regex(/^[0-9A-F]{40}$/),
  replaced: z.object({ keyId: z.guid(), retiresAt: z.iso.datetime() }).optional(),
});
const Credentials = z.object({
  items: z.array(z.object({ id: z.guid(), kind: z.string(), retiresAt: z.string().optional() })),
});

/** A client that has its consent, as Ann has made it. */
export interface Climber {
  readonly id: string;
  readonly appId: string;
  readonly scope: string;
  readonly tokenEndpoint: string;
}

const askAs = (cloud: Cloud) => (method: string, path: string, body?: object) =>
  fetch(`${cloud.addresses.api}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${cloud.addresses.users.ann.accessToken}`,
      "content-type": "application/json",
    },
    ...(body && { body: JSON.stringify(body) }),
  });

/** What a certificate comes to where the token endpoint takes secrets only. */
export async function refusedCertificate(cloud: Cloud, { id }: Climber): Promise<unknown> {
  const { pem } = selfSignedCertificate("Refused");
  const certificate = pem.slice(0, pem.indexOf("-----BEGIN PRIVATE"));
  return (await askAs(cloud)("POST", `/clients/${id}/certificates`, { certificate })).json();
}

/**
 * From a secret to a certificate and to the next one, each proved by a token; the secret goes
 * when the certificate works.
 */
export async function climb(
  cloud: Cloud,
  { id, appId, scope, tokenEndpoint }: Climber,
): Promise<void> {
  const ask = askAs(cloud);
  const at = `/clients/${id}/certificates`;
  const [first, second] = [selfSignedCertificate("First"), selfSignedCertificate("Second")];
  const publicPart = ({ pem }: { readonly pem: string }) =>
    pem.slice(0, pem.indexOf("-----BEGIN PRIVATE"));
  const tokenBy = async ({ pem }: { readonly pem: string }) => {
    const answer = await requestTokenWith(
      { endpoint: tokenEndpoint, clientId: appId, scope },
      { client_assertion_type: ASSERTION_TYPE, client_assertion: await assertionOf(pem) },
    );
    return answer.ok ? "token" : answer.code;
  };
  /** `private_key_jwt`, as every library makes it. */
  const assertionOf = (pem: string) =>
    new SignJWT()
      .setProtectedHeader({
        alg: "PS256",
        "x5t#S256": createHash("sha256").update(new X509Certificate(pem).raw).digest("base64url"),
      })
      .setIssuer(appId)
      .setSubject(appId)
      .setAudience(tokenEndpoint)
      .setJti(randomUUID())
      .setExpirationTime("5m")
      .sign(createPrivateKey(pem));
  const credentials = async () =>
    Credentials.parse(await (await ask("GET", `/clients/${id}/credentials`)).json()).items;

  const leaked = await ask("POST", at, { certificate: first.pem });
  expect([leaked.status, JSON.stringify(await leaked.json())]).toEqual([
    400,
    expect.stringContaining("consider it leaked"),
  ]);
  cloud.directory.resetRequests();
  const added = await ask("POST", at, { certificate: publicPart(first), displayName: "Import" });
  expect(added.status).toBe(201);
  const { keyId, thumbprint } = Certificate.parse(await added.json());
  // A timer may look at consents meanwhile.
  const asked = cloud.directory.requests().map(({ name }) => name);
  expect(asked.filter((name) => WRITE.includes(name))).toEqual(WRITE);
  const line = await eventually(
    () => [...logLines(cloud).values()].find(isAdded),
    (found) => found !== undefined,
  );
  expect(line).toMatchObject({ directoryCalls: 3, tableOperations: 4 });
  expect(await tokenBy(first)).toBe("token");

  const [secret, certificate] = await credentials();
  expect([secret?.kind, certificate?.kind, certificate?.id]).toEqual([
    "secret",
    "certificate",
    keyId,
  ]);
  expect((await ask("DELETE", `/clients/${id}/secrets/${secret?.id}`)).status).toBe(204);

  const rotated = await ask("POST", `${at}/${keyId}/rotate`, { certificate: publicPart(second) });
  expect(rotated.status).toBe(201);
  const next = Certificate.parse(await rotated.json());
  expect(next.replaced).toMatchObject({ keyId });
  expect([await tokenBy(first), await tokenBy(second)]).toEqual(["token", "token"]);
  expect((await credentials()).map((one) => one.retiresAt !== undefined)).toEqual([true, false]);
  const gone = await ask("PATCH", `${at}/${keyId}`, { retiresAt: null });
  expect([gone.status, await gone.json()]).toEqual([200, expect.not.objectContaining(RETIRING)]);
  expect((await ask("DELETE", `${at}/${keyId}`)).status).toBe(204);
  expect([await tokenBy(first), await tokenBy(second)]).toEqual(["AADSTS700027", "token"]);
  const shown = await ask("GET", `${at}/${next.keyId}`);
  expect(await shown.json()).toMatchObject({ subject: "CN=Second", displayName: "Import" });
  expect(thumbprint).not.toBe(next.thumbprint);
}

const isAdded = ({ route, outcome }: LogLine) => route === "certificates-add" && outcome === "done";
const RETIRING = { retiresAt: expect.anything() };
const WRITE = ["GET /applications/{id}", "PATCH /applications/{id}", "GET /applications/{id}"];
