import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";

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
  readonly addresses?: readonly string[];
}

const COMMON_NAME = "2.5.4.3";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const RSA_WITH_SHA256 = "1.2.840.113549.1.1.11";

/**
 * Makes and signs a version 3 certificate. The structures are those of `@peculiar/asn1-x509`; `@peculiar/x509` on top of them would
 * bring a container, a polyfill of `Reflect` and keys of another kind.
 *
 * @returns PEM
 */
export function makeCertificate(request: CertificateRequest): string {
  const algorithm =
    request.signingKey.asymmetricKeyType === "ec"
      ? new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 })
      : new AlgorithmIdentifier({ algorithm: RSA_WITH_SHA256, parameters: null });
  const toSign = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: algorithm,
    issuer: nameOf(request.issuer),
    validity: new Validity({ notBefore: request.notBefore, notAfter: request.notAfter }),
    subject: nameOf(request.subject),
    subjectPublicKeyInfo: publicKeyInfo(request.publicKey),
    extensions: new Extensions(extensionsOf(request)),
  });
  const signature = sign("sha256", der(toSign), request.signingKey);
  const certificate = new Certificate({
    tbsCertificate: toSign,
    signatureAlgorithm: algorithm,
    signatureValue: new Uint8Array(signature).buffer,
  });
  const lines =
    der(certificate)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const der = (value: object): Buffer => Buffer.from(AsnConvert.serialize(value));

const publicKeyInfo = (key: KeyObject): SubjectPublicKeyInfo =>
  AsnConvert.parse(key.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo);

/** The name of a key that RFC 5280 proposes: the SHA-1 of its bits. */
const keyId = (key: KeyObject): SubjectKeyIdentifier =>
  new SubjectKeyIdentifier(
    new Uint8Array(
      createHash("sha1")
        .update(Buffer.from(publicKeyInfo(key).subjectPublicKey))
        .digest(),
    ),
  );

/** A positive integer without padding: its first byte is kept in 0x40–0x7f. */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.buffer;
}

const nameOf = (commonName: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({
        type: COMMON_NAME,
        value: new AttributeValue({ utf8String: commonName }),
      }),
    ]),
  ]);

const extension = (extnID: string, critical: boolean, value: object): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(der(value)) });

function extensionsOf(request: CertificateRequest): Extension[] {
  // Whoever verifies strictly, as Python does since 3.13, wants both keys named.
  const keys = [
    extension(id_ce_subjectKeyIdentifier, false, keyId(request.publicKey)),
    extension(
      id_ce_authorityKeyIdentifier,
      false,
      new AuthorityKeyIdentifier({ keyIdentifier: keyId(createPublicKey(request.signingKey)) }),
    ),
  ];
  if (request.use === "authority") {
    return [
      ...keys,
      extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: true })),
      extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign)),
    ];
  }
  const ofNobodyElse = extension(id_ce_basicConstraints, true, new BasicConstraints());
  if (request.use === "client") return [...keys, ofNobodyElse];
  const names = [
    ...(request.dnsNames ?? []).map((dNSName) => new GeneralName({ dNSName })),
    ...(request.addresses ?? []).map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  return [
    ...keys,
    ofNobodyElse,
    extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth])),
    extension(id_ce_subjectAltName, false, new SubjectAlternativeName(names)),
  ];
}
