import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { makeCertificate } from "../../infra/local/directory/x509.ts";

const DAY_MS = 86_400_000;

/** A certificate that an application signs in with, as `openssl req -x509` would make it. RSA, because Entra asks for it. */
export function selfSignedCertificate(name: string): {
  /** Certificate and private key, one after the other. */
  readonly pem: string;
  /** DER in Base64: what `keyCredentials` holds. */
  readonly der: string;
} {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const certificate = makeCertificate({
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 90 * DAY_MS),
    use: "client",
  });
  return {
    pem: `${certificate}${keys.privateKey.export({ type: "pkcs8", format: "pem" })}`,
    der: new X509Certificate(certificate).raw.toString("base64"),
  };
}
