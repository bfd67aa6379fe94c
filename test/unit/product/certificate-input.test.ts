import { execFileSync } from "node:child_process";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { nameOf, readCertificate } from "../../../functions/http/credentials/certificate-body.ts";
import type { CertificateRules } from "../../../functions/http/credentials/certificate-input.ts";
import { keyUsageOf } from "../../../functions/http/credentials/key-usage.ts";
import { aPem } from "../../support/certificates.ts";
import { selfSignedCertificate } from "../../support/self-signed.ts";

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
const rules: CertificateRules = {
  certificateMaxLifetimeMs: 366 * DAY_MS,
  now: () => new Date(),
};
const read = (certificate: string) => readCertificate({ certificate }, rules);
const saidOf = (answer: ReturnType<typeof read>): string =>
  answer.ok || answer.refusal.reason !== "invalid-request"
    ? ""
    : answer.refusal.errors.map(({ field, message }) => `${field} ${message}`).join();

/** A key pair takes long to make: the machine's own openssl makes certificates of this one. */
const folder = mkdtempSync(join(tmpdir(), "latchkey-openssl-"));
const key = join(folder, "key.pem");
const { pem: own } = selfSignedCertificate("openssl");
writeFileSync(key, own.slice(own.indexOf("-----BEGIN PRIVATE")));
afterAll(() => rmSync(folder, { recursive: true }));

const openssl = (...options: string[]): string =>
  execFileSync("openssl", ["req", "-x509", "-key", key, ...options], {
    stdio: ["ignore", "pipe", "ignore"],
  }).toString();

describe("a certificate as PEM", () => {
  test("is taken with what tells it from others", () => {
    const pem = aPem();
    const { fingerprint, fingerprint256 } = new X509Certificate(pem);

    const answer = read(`Subject: me\n${pem}\n`);

    expect(answer).toMatchObject({
      ok: true,
      value: {
        thumbprint: fingerprint.replaceAll(":", ""),
        thumbprintSha256: fingerprint256.replaceAll(":", ""),
        subject: "CN=Nightly import",
      },
    });
    if (answer.ok) expect(nameOf(answer.value)).toBe("Nightly import");
  });

  test("as openssl makes it without a word of usage is taken", () => {
    const pem = openssl("-days", "365", "-subj", "/O=Contoso/CN=Import");

    const answer = read(pem);

    expect(answer.ok && nameOf(answer.value)).toBe("Import");
  });

  test("that names nobody is taken, and called by what it is", () => {
    const answer = read(openssl("-days", "90", "-subj", "/"));

    expect(answer).toMatchObject({ ok: true, value: { subject: "" } });
    expect(answer.ok && nameOf(answer.value)).toBe("Certificate");
  });

  const times = { notBefore: inDays(-1), notAfter: inDays(90) };
  /** Nobody looks at the signature of a certificate that its own owner has made. */
  const spoilt = (was: string, is: string): string => {
    const der = new X509Certificate(aPem(times)).raw.toString("latin1");
    expect(der).toContain(was);
    const other = Buffer.from(der.replace(was, is), "latin1").toString("base64");
    return `-----BEGIN CERTIFICATE-----\n${other}\n-----END CERTIFICATE-----\n`;
  };
  const rsa = Buffer.from("2a864886f70d010101", "hex").toString("latin1");
  const written = (at: Date): string => at.toISOString().replaceAll(/^..|[-:T]|\.\d+/g, "");
  const never = "991399999999Z";

  test.each([
    ["a key of a kind that nobody knows", rsa, rsa.replace(/.$/, "c"), /an RSA key: /],
    ["no time from which on it is valid", written(times.notBefore), never, /say from when/],
    ["no time until which it is valid", written(times.notAfter), never, /say from when/],
  ])("with %s is refused with the reason", (_, was, is, reason) => {
    expect(saidOf(read(spoilt(was, is)))).toMatch(reason);
  });

  test.each([
    ["with its private key", selfSignedCertificate("Leak").pem, /consider it leaked/],
    ["with the one above it", aPem() + aPem(), /one certificate, without those above it/],
    ["that is none", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", /as PEM/],
    ["that is another text", "hello", /as PEM/],
    ["that has expired", aPem({ notBefore: inDays(-9), notAfter: inDays(-1) }), /has expired on 2/],
    ["of tomorrow", aPem({ notBefore: inDays(1) }), /is not valid before 2/],
    ["of two years", aPem({ notAfter: inDays(729) }), /at most 366 days, and lives for 730/],
    ["that may only sign others", aPem({ use: "authority" }), /lacks digitalSignature/],
  ])("%s is refused with the reason", (_, pem, reason) => {
    expect(saidOf(read(pem))).toMatch(/^\/certificate /);
    expect(saidOf(read(pem))).toMatch(reason);
  });

  test("a minute ahead of this clock is taken", () => {
    expect(read(aPem({ notBefore: new Date(Date.now() + 60_000) })).ok).toBe(true);
  });

  test.each([
    ["short", generateKeyPairSync("rsa", { modulusLength: 1024 }), /2048 bits or more/],
    ["of another kind", generateKeyPairSync("ec", { namedCurve: "P-256" }), /an RSA key: /],
  ])("with a key that is %s is refused", (_, { publicKey, privateKey }, reason) => {
    expect(saidOf(read(aPem({ publicKey, signingKey: privateKey })))).toMatch(reason);
  });
});

describe("a certificate as JWK", () => {
  const pem = aPem();
  const { publicKey, raw } = new X509Certificate(pem);
  const { kty = "", n = "", e = "" } = publicKey.export({ format: "jwk" });
  const bare = { kty, n, e };
  const x5c = [raw.toString("base64")];
  const said = (jwk: Parameters<typeof readCertificate>[0]["jwk"]) =>
    saidOf(readCertificate({ jwk }, rules));

  test("is the same as PEM", () => {
    expect(readCertificate({ jwk: { ...bare, x5c } }, rules)).toEqual(read(pem));
  });

  test("without a certificate is refused: the directory keeps no bare key", () => {
    expect(said(bare)).toMatch(/^\/jwk must have x5c/);
  });

  test("of another key than its certificate's is refused", () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
    const { n: another = "" } = other.export({ format: "jwk" });
    expect(said({ ...bare, n: another, x5c })).toMatch(/certificate of this key/);
    expect(said({ ...bare, x5c: ["AAAA"] })).toMatch(/DER in Base64/);
  });

  test("with the private key is refused as leaked", () => {
    expect(said({ ...bare, x5c, d: "AAAA" })).toMatch(/consider it leaked/);
  });
});

test("key usage is read as openssl writes it, and nothing is read into what is no certificate", () => {
  const usage = (value: string) =>
    keyUsageOf(
      new X509Certificate(
        openssl("-days", "1", "-subj", "/CN=x", "-addext", `keyUsage=critical,${value}`),
      ).raw,
    );

  expect(usage("digitalSignature,keyEncipherment")).toEqual({ digitalSignature: true });
  expect(usage("keyCertSign,cRLSign")).toEqual({ digitalSignature: false });
  expect(keyUsageOf(Buffer.from("3082ffff30", "hex"))).toBeUndefined();
  expect(keyUsageOf(Buffer.alloc(0))).toBeUndefined();
});
