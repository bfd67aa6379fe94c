import { createHash, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { type CertificateRequest, makeCertificate } from "../../infra/local/directory/x509.ts";
import type { GivenCertificate } from "../../shared/operations/credentials/add-certificate.ts";

const DAY_MS = 86_400_000;

/** Key pairs take long to make: tests that need no key of their own share one. */
let shared: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;
const keyPair = () => {
  shared ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
  return shared;
};

/** PEM of a certificate as customers make them; each is another one. */
export function aPem(changes: Partial<CertificateRequest> = {}): string {
  const { publicKey, privateKey } = keyPair();
  return makeCertificate({
    subject: "Nightly import",
    issuer: "Nightly import",
    publicKey,
    signingKey: privateKey,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 90 * DAY_MS),
    use: "client",
    ...changes,
  });
}

/** The same as the operations take it, around a time of the test's own. */
export function aGiven(now: Date, days = 90): GivenCertificate {
  const notBefore = new Date(now.getTime() - DAY_MS);
  const notAfter = new Date(now.getTime() + days * DAY_MS);
  const { raw, validFrom, validTo } = new X509Certificate(aPem({ notBefore, notAfter }));
  const digest = (algorithm: string) =>
    createHash(algorithm).update(raw).digest("hex").toUpperCase();
  return {
    der: raw,
    thumbprint: digest("sha1"),
    thumbprintSha256: digest("sha256"),
    subject: "CN=Nightly import",
    // In whole seconds, as certificates have them.
    notBefore: new Date(validFrom),
    notAfter: new Date(validTo),
  };
}
