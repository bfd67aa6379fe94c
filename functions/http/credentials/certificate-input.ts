import { createHash, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import * as z from "zod";
import type { GivenCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { keyUsageOf } from "./key-usage.ts";

/** What certificates have to be like, besides being certificates. */
export interface CertificateRules {
  /** `CERTIFICATE_MAX_LIFETIME` in milliseconds: from its beginning to its end, however much of that has passed. */
  readonly certificateMaxLifetimeMs: number;
  readonly now: () => Date;
}

const MIN_RSA_BITS = 2048;
const DAY_MS = 86_400_000;
/** Whoever has made a certificate a moment ago may have a clock that is ahead of this one. */
const CLOCK_SKEW_MS = 300_000;
/** A certificate of 8192 bits with a long name, and its lines. */
const MAX_PEM = 12_000;

const LEAKED =
  "holds a private key: consider it leaked, make another key pair, and send the certificate alone";

/** One certificate, as PEM (RFC 7468). What else a file may have with it is refused: a private key above all. */
export const Pem = z
  .string({ error: "must be text" })
  .max(MAX_PEM, { error: `must have at most ${MAX_PEM} characters` })
  .describe(
    "The certificate as PEM, `-----BEGIN CERTIFICATE-----` and what follows; never the private key",
  )
  .meta({ examples: ["-----BEGIN CERTIFICATE-----\nMIIC…\n-----END CERTIFICATE-----\n"] });

const MAX_PART = 12_000;
const part = z.string().max(MAX_PART, { error: `must have at most ${MAX_PART} characters` });

/** A public key as RFC 7517 writes it, with its certificate: the directory keeps no key without. */
export const CertifiedJwk = z
  .looseObject({
    kty: part.describe("`RSA`: the directory takes no other"),
    n: part.optional().describe("The modulus"),
    e: part
      .optional()
      .meta({ examples: ["AQAB"] })
      .describe("The exponent"),
    x5c: z
      .array(part)
      .max(10)
      .optional()
      .describe("The certificate of this key first: DER in Base64. Others are not looked at"),
  })
  .meta({ id: "CertifiedKey" });

type Read = GivenCertificate | { readonly problem: string };

/** The certificate out of a PEM text, or what is wrong with it. */
export function readPem(pem: string, rules: CertificateRules): Read {
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(pem)) return { problem: LEAKED };
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > 1) return { problem: "must hold one certificate, without those above it" };
  const certificate = parsed(blocks[0]);
  return certificate
    ? checked(certificate, rules)
    : { problem: "must be a certificate as PEM: -----BEGIN CERTIFICATE----- and what follows" };
}

const PRIVATE_PARTS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** The certificate of a JWK, or what is wrong with it. */
export function readJwk(jwk: z.infer<typeof CertifiedJwk>, rules: CertificateRules): Read {
  if (PRIVATE_PARTS.some((name) => name in jwk)) return { problem: LEAKED };
  const [der] = jwk.x5c ?? [];
  if (der === undefined)
    return {
      problem:
        "must have x5c: the directory keeps a key with its X.509 certificate only, such as openssl req -x509 makes",
    };
  const certificate = parsed(Buffer.from(der, "base64"));
  if (!certificate) return { problem: "must have a certificate as DER in Base64 in x5c" };
  if (!isKeyOf(certificate, jwk))
    return { problem: "must have the certificate of this key in x5c" };
  return checked(certificate, rules);
}

function parsed(text: string | Buffer | undefined): X509Certificate | undefined {
  try {
    return text === undefined ? undefined : new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function isKeyOf(
  certificate: X509Certificate,
  { kty, n, e }: z.infer<typeof CertifiedJwk>,
): boolean {
  try {
    const bare = { ...(kty && { kty }), ...(n && { n }), ...(e && { e }) };
    const key = createPublicKey({ key: bare, format: "jwk" });
    return key.equals(certificate.publicKey);
  } catch {
    return false;
  }
}

function checked(certificate: X509Certificate, rules: CertificateRules): Read {
  const notBefore = new Date(certificate.validFrom);
  const notAfter = new Date(certificate.validTo);
  const problem = unfit(certificate, { notBefore, notAfter }, rules);
  if (problem !== undefined) return { problem };
  const digest = (algorithm: string) =>
    createHash(algorithm).update(certificate.raw).digest("hex").toUpperCase();
  return {
    der: certificate.raw,
    thumbprint: digest("sha1"),
    thumbprintSha256: digest("sha256"),
    // Node has none for a certificate that names nobody, whatever its types say.
    subject: (certificate.subject ?? "").replaceAll("\n", ", "),
    notBefore,
    notAfter,
  };
}

/** None of a kind that Node does not know: reading it throws, and nothing else of the certificate does. */
function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

function unfit(
  certificate: X509Certificate,
  { notBefore, notAfter }: { readonly notBefore: Date; readonly notAfter: Date },
  { certificateMaxLifetimeMs, now }: CertificateRules,
): string | undefined {
  const key = keyOf(certificate);
  if (key?.asymmetricKeyType !== "rsa")
    return "must have an RSA key: the directory verifies no other";
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS)
    return `must have an RSA key of ${MIN_RSA_BITS} bits or more`;
  const usage = keyUsageOf(certificate.raw);
  if (usage && !usage.digitalSignature)
    return "must be for signatures: its key usage lacks digitalSignature";
  if (Number.isNaN(notBefore.getTime() + notAfter.getTime()))
    return "must say from when and until when it is valid";
  const time = now().getTime();
  if (notAfter.getTime() <= time) return `has expired on ${notAfter.toISOString()}`;
  if (notBefore.getTime() > time + CLOCK_SKEW_MS)
    return `is not valid before ${notBefore.toISOString()}`;
  const lifetime = notAfter.getTime() - notBefore.getTime();
  return lifetime > certificateMaxLifetimeMs
    ? `must live for at most ${inDays(certificateMaxLifetimeMs)} days, and lives for ${inDays(lifetime)}`
    : undefined;
}

const inDays = (ms: number): number => Math.ceil(ms / DAY_MS);
