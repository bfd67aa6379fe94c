import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  AuthorityKeyIdentifier,
  Certificate,
  id_ce_authorityKeyIdentifier,
  id_ce_subjectKeyIdentifier,
  SubjectKeyIdentifier,
} from "@peculiar/asn1-x509";
import { afterAll, expect, test } from "vitest";
import { serverCertificate } from "../../../infra/local/directory/certificates.ts";
import { selfSignedCertificate } from "../../support/self-signed.ts";

const folder = mkdtempSync(join(tmpdir(), "latchkey-certificates-"));
afterAll(() => rmSync(folder, { recursive: true }));

const made = serverCertificate(folder);
const server = new X509Certificate(made.certificate);
const authority = new X509Certificate(readFileSync(made.authorityFile));

test("the server's certificate is of this machine, of its authority, and of nobody else", () => {
  expect(server.verify(authority.publicKey)).toBe(true);
  expect(server.checkIssued(authority)).toBe(true);
  expect(server.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
  expect(server.checkHost("localhost")).toBe("localhost");
  expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(server.checkHost("example.com")).toBeUndefined();
  expect(server.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect([server.ca, authority.ca]).toEqual([false, true]);
});

test("each names its own key and its signer's, as strict verifiers ask", () => {
  const read = ({ raw }: X509Certificate, oid: string) => {
    const { tbsCertificate } = AsnConvert.parse(raw, Certificate);
    const found = tbsCertificate.extensions?.find(({ extnID }) => extnID === oid);
    return found?.extnValue.buffer ?? new ArrayBuffer();
  };
  const hex = (name: { buffer: ArrayBuffer } | undefined) =>
    Buffer.from(name?.buffer ?? new ArrayBuffer()).toString("hex");
  const own = (certificate: X509Certificate) =>
    hex(AsnConvert.parse(read(certificate, id_ce_subjectKeyIdentifier), SubjectKeyIdentifier));
  const signer = (certificate: X509Certificate) =>
    hex(
      AsnConvert.parse(read(certificate, id_ce_authorityKeyIdentifier), AuthorityKeyIdentifier)
        .keyIdentifier,
    );
  expect(own(authority)).toMatch(/^[\da-f]{40}$/);
  expect(signer(server)).toBe(own(authority));
  expect(signer(authority)).toBe(own(authority));
  expect(own(server)).not.toBe(own(authority));
});

test("whoever trusts the authority reaches the server, and nobody else does", async () => {
  const listening = createServer({ key: made.key, cert: made.certificate });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const address = listening.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const reach = (ca?: Buffer) =>
    new Promise<string>((resolve) => {
      const socket = connect({ port, host: "127.0.0.1", ...(ca && { ca }) }, () => {
        resolve("reached");
        socket.destroy();
      });
      socket.on("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    });
  expect(await reach(readFileSync(made.authorityFile))).toBe("reached");
  expect(await reach()).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  await new Promise((resolve) => listening.close(resolve));
});

test("an application's certificate is its own issuer and signs nothing else", () => {
  const { pem, der } = selfSignedCertificate("latchkey-backend");
  const certificate = new X509Certificate(pem);
  expect(certificate.raw.toString("base64")).toBe(der);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(pem))).toBe(true);
  expect([certificate.subject, certificate.issuer, certificate.ca]).toEqual([
    "CN=latchkey-backend",
    "CN=latchkey-backend",
    false,
  ]);
  expect(certificate.publicKey.asymmetricKeyType).toBe("rsa");
});
