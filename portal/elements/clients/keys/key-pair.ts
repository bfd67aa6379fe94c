import { BitString, Integer, OctetString, Utf8String } from "asn1js";
import {
  Attribute,
  AttributeTypeAndValue,
  AuthenticatedSafe,
  BasicConstraints,
  CertBag,
  Certificate,
  Extension,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeBag,
  SafeContents,
} from "pkijs";

/**
 * Makes a key pair and a certificate of it in the browser, by Web Crypto. The private key is in the file that the person saves,
 * and in nothing that is sent: only the certificate is.
 */

export interface MadeKeyPair {
  /** For the service: it holds the public key. */
  readonly certificate: string;
  /** The certificate and the private key (PKCS #8, not encrypted), for libraries that read PEM. */
  readonly pem: string;
  /** The same as PKCS #12, for keystores; its password is made with it, for nobody chooses a good one. */
  readonly toPkcs12: () => Promise<{ readonly bytes: ArrayBuffer; readonly password: string }>;
}

/** What Entra signs by itself and every library can; `RS256` and `PS256` assertions are made with the same key. */
const ALGORITHM = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 3072,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const HASH = "SHA-256";
const SERIAL_BYTES = 16;
const PASSWORD_BYTES = 18;
const IV_BYTES = 16;
/** Slows down whoever guesses a password; nobody guesses this one, whose 144 bits are random. */
const ITERATIONS = 10_000;

/** Of X.500, X.509, PKCS #9 and PKCS #12. */
const COMMON_NAME = "2.5.4.3";
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
const KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";

/** `digitalSignature`, the first of the bits, and no other: an assertion is signed with it. */
const DIGITAL_SIGNATURE = new BitString({ valueHex: Uint8Array.of(0x80).buffer, unusedBits: 7 });

/** @param name the certificate's common name: what people know it by */
export async function makeKeyPair(
  name: string,
  valid: { readonly from: Date; readonly until: Date },
): Promise<MadeKeyPair> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, true, [
    "sign",
    "verify",
  ]);
  const certificate = new Certificate({ version: 2, serialNumber: newSerial() });
  for (const side of [certificate.issuer, certificate.subject])
    side.typesAndValues.push(
      new AttributeTypeAndValue({ type: COMMON_NAME, value: new Utf8String({ value: name }) }),
    );
  certificate.notBefore.value = valid.from;
  certificate.notAfter.value = valid.until;
  certificate.extensions = [
    extension(BASIC_CONSTRAINTS, new BasicConstraints({ cA: false }).toSchema().toBER(false)),
    extension(KEY_USAGE, DIGITAL_SIGNATURE.toBER(false)),
  ];
  await certificate.subjectPublicKeyInfo.importKey(publicKey);
  await certificate.sign(privateKey, HASH);
  const key = await crypto.subtle.exportKey("pkcs8", privateKey);
  const asPem = pem("CERTIFICATE", certificate.toSchema(true).toBER(false));
  return {
    certificate: asPem,
    pem: asPem + pem("PRIVATE KEY", key),
    toPkcs12: () => toPkcs12(certificate, key),
  };
}

/** Positive, and of a length that no encoder shortens (RFC 5280, 4.1.2.2). */
function newSerial(): Integer {
  const bytes = crypto.getRandomValues(new Uint8Array(SERIAL_BYTES));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return new Integer({ valueHex: bytes.buffer });
}

const extension = (extnID: string, extnValue: ArrayBuffer): Extension =>
  new Extension({ extnID, critical: true, extnValue });

/** PBES2 with AES-256 and PBKDF2: what OpenSSL 3, Windows and Java write today. */
async function toPkcs12(certificate: Certificate, key: ArrayBuffer) {
  // Java reads no password but one in ASCII.
  const random = crypto.getRandomValues(new Uint8Array(PASSWORD_BYTES));
  const password = base64(random.buffer).replaceAll("+", "-").replaceAll("/", "_");
  const secret = new TextEncoder().encode(password).buffer;
  const keyBag = new PKCS8ShroudedKeyBag({ parsedValue: PrivateKeyInfo.fromBER(key) });
  await keyBag.makeInternalValues({
    password: secret,
    // The library's types want an initialization vector; it draws its own.
    contentEncryptionAlgorithm: { name: "AES-CBC", length: 256, iv: new Uint8Array(IV_BYTES) },
    hmacHashAlgorithm: HASH,
    iterationCount: ITERATIONS,
  });
  const der = certificate.toSchema(true).toBER(false);
  const valueHex = await crypto.subtle.digest("SHA-1", der);
  // Says that the two belong together.
  const bagAttributes = [
    new Attribute({ type: LOCAL_KEY_ID, values: [new OctetString({ valueHex })] }),
  ];
  const certificateBag = new CertBag({ parsedValue: certificate });
  const contents = [
    new SafeBag({ bagId: KEY_BAG, bagValue: keyBag, bagAttributes }),
    new SafeBag({ bagId: CERTIFICATE_BAG, bagValue: certificateBag, bagAttributes }),
  ].map((bag) => ({ privacyMode: 0, value: new SafeContents({ safeBags: [bag] }) }));
  const authenticatedSafe = new AuthenticatedSafe({ parsedValue: { safeContents: contents } });
  await authenticatedSafe.makeInternalValues({ safeContents: contents.map(() => ({})) });
  const file = new PFX({ parsedValue: { integrityMode: 0, authenticatedSafe } });
  await file.makeInternalValues({
    password: secret,
    iterations: ITERATIONS,
    pbkdf2HashAlgorithm: HASH,
    hmacHashAlgorithm: HASH,
  });
  return { bytes: file.toSchema().toBER(false), password };
}

const LINE = /.{1,64}/g;

const pem = (label: string, content: ArrayBuffer): string =>
  `-----BEGIN ${label}-----\n${base64(content).match(LINE)?.join("\n")}\n-----END ${label}-----\n`;

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));
