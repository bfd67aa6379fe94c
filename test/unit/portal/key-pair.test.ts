import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { describe, expect, it } from "vitest";
import { makeKeyPair } from "../../../portal/elements/clients/keys/key-pair.ts";

const from = new Date("2026-11-22T10:00:00Z");
const until = new Date("2027-02-20T10:00:00Z");
const made = await makeKeyPair("Nächtlicher Export", { from, until });

describe("a key pair made in the browser", () => {
  it("has a certificate that says whose it is, how long it is good, and that it only signs", () => {
    const certificate = new X509Certificate(made.certificate);
    expect(certificate).toMatchObject({
      subject: "CN=Nächtlicher Export",
      issuer: "CN=Nächtlicher Export",
      ca: false,
    });
    expect(new Date(certificate.validFrom)).toEqual(from);
    expect(new Date(certificate.validTo)).toEqual(until);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 3072 });
    expect(certificate.serialNumber).toMatch(/^[4-7][\dA-F]{31}$/);
  });

  it("puts the private key of that certificate into the PEM file, and nothing of it into the certificate", () => {
    const key = createPublicKey(createPrivateKey(made.pem));
    expect(key.equals(new X509Certificate(made.certificate).publicKey)).toBe(true);
    expect(made.pem.startsWith(made.certificate)).toBe(true);
    expect(made.certificate).not.toContain("PRIVATE");
  });

  it("makes a PKCS #12 file that opens with its own password and with no other", async () => {
    const { bytes, password } = await made.toPkcs12();
    const pfx = Buffer.from(bytes);
    expect(password).toMatch(/^[\w-]{24}$/);
    expect(() => createSecureContext({ pfx, passphrase: password })).not.toThrow();
    expect(() => createSecureContext({ pfx, passphrase: `${password}x` })).toThrow(/mac/i);
  });

  it("never makes the same twice", async () => {
    const other = await makeKeyPair("Nächtlicher Export", { from, until });
    expect(other.certificate).not.toBe(made.certificate);
    const [one, two] = await Promise.all([made.toPkcs12(), made.toPkcs12()]);
    expect(one.password).not.toBe(two.password);
  });
});
