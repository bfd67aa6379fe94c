import { type KeyObject, randomBytes, sign } from "node:crypto";
import {
  bits,
  objectIdentifier,
  octets,
  sequence,
  serialNumber,
  set,
  smallInteger,
  tagged,
  time,
  utf8,
  yes,
} from "./der.ts";

/** What goes into a certificate (RFC 5280); the signature is always SHA-256 with the signer's EC or RSA key. */
export interface CertificateRequest {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `authority` may sign others; `server` carries the names below. */
  readonly use: "authority" | "server" | "client";
  readonly dnsNames?: readonly string[];
  /** IPv4 only. */
  readonly addresses?: readonly string[];
}

const OID = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  rsaWithSha256: "1.2.840.113549.1.1.11",
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  subjectAlternativeName: "2.5.29.17",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

/** Makes and signs a version 3 certificate. @returns PEM */
export function makeCertificate(request: CertificateRequest): string {
  const algorithm =
    request.signingKey.asymmetricKeyType === "ec"
      ? sequence(objectIdentifier(OID.ecdsaWithSha256))
      : sequence(objectIdentifier(OID.rsaWithSha256), tagged(0x05));
  const toSign = sequence(
    tagged(0xa0, smallInteger(2)),
    serialNumber(randomBytes(16)),
    algorithm,
    nameOf(request.issuer),
    sequence(time(request.notBefore), time(request.notAfter)),
    nameOf(request.subject),
    request.publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(...extensionsOf(request))),
  );
  const certificate = sequence(toSign, algorithm, bits(sign("sha256", toSign, request.signingKey)));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const nameOf = (commonName: string): Buffer =>
  sequence(set(sequence(objectIdentifier(OID.commonName), utf8(commonName))));

const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
  sequence(objectIdentifier(oid), ...(critical ? [yes] : []), octets(value));

function extensionsOf(request: CertificateRequest): Buffer[] {
  if (request.use === "authority") {
    return [
      extension(OID.basicConstraints, true, sequence(yes)),
      // keyCertSign is bit 5: the lowest two bits of the byte are unused.
      extension(OID.keyUsage, true, bits(Buffer.from([0x04]), 2)),
    ];
  }
  if (request.use === "client") return [extension(OID.basicConstraints, true, sequence())];
  const names = [
    ...(request.dnsNames ?? []).map((name) => tagged(0x82, Buffer.from(name))),
    ...(request.addresses ?? []).map((address) =>
      tagged(0x87, Buffer.from(address.split(".").map(Number))),
    ),
  ];
  return [
    extension(OID.basicConstraints, true, sequence()),
    extension(OID.extendedKeyUsage, false, sequence(objectIdentifier(OID.serverAuth))),
    extension(OID.subjectAlternativeName, false, sequence(...names)),
  ];
}
