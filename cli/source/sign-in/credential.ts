import { createHash, createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { EXIT, Fault } from "../fault.ts";
import { type Environment, safeAddress } from "../settings.ts";
import { githubToken } from "./github-token.ts";

/** How a client proves to a token endpoint who it is. */
export type Credential =
  | { readonly kind: "secret"; readonly value: string }
  | { readonly kind: "certificate"; readonly pem: string }
  /** A token of somebody whom one of the client's federated credentials names. */
  | { readonly kind: "federated"; readonly token: string; readonly from: string };

/** Where workload identity in a cluster of Azure puts the service account's token, if nothing says otherwise. */
const PROJECTED_TOKEN = "/var/run/secrets/azure/tokens/azure-identity-token";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** An assertion is made for one request. */
const ASSERTION_SECONDS = 300;

/**
 * The first that there is: a secret that was given, a certificate that was named, and then what a pipeline brings: GitHub's token,
 * or that of a Kubernetes service account. A secret is never an argument: other people on the machine could read it there.
 */
export async function findCredential(
  environment: Environment,
  typed: string | undefined,
): Promise<Credential> {
  const value = typed ?? environment.LATCHKEY_CLIENT_SECRET;
  if (value) return { kind: "secret", value };
  const { LATCHKEY_CERTIFICATE: file } = environment;
  if (file) return { kind: "certificate", pem: await read(file, "LATCHKEY_CERTIFICATE") };
  if (environment.ACTIONS_ID_TOKEN_REQUEST_URL)
    return { kind: "federated", token: await githubToken(environment), from: "GitHub Actions" };
  const projected = environment.AZURE_FEDERATED_TOKEN_FILE ?? PROJECTED_TOKEN;
  if (environment.AZURE_FEDERATED_TOKEN_FILE || existsSync(projected)) {
    const token = (await read(projected, "AZURE_FEDERATED_TOKEN_FILE")).trim();
    return { kind: "federated", token, from: "the service account" };
  }
  throw new Fault(
    EXIT.usage,
    "There is nothing to sign in with: LATCHKEY_CLIENT_SECRET, a secret on standard input (--secret-stdin), LATCHKEY_CERTIFICATE, or a pipeline with an identity of its own.",
  );
}

async function read(file: string, name: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new Fault(EXIT.usage, `${name} names ${file}, which cannot be read.`, { cause });
  }
}

/** The fields with which a token request proves who asks (RFC 6749 2.3.1, RFC 7523 2.2). */
export async function proofOf(
  credential: Credential,
  place: { readonly clientId: string; readonly endpoint: string },
): Promise<Readonly<Record<string, string>>> {
  // Asked before anything is signed or sent.
  safeAddress("LATCHKEY_TOKEN_ENDPOINT (or --token-endpoint)", place.endpoint);
  if (credential.kind === "secret") return { client_secret: credential.value };
  const assertion =
    credential.kind === "federated" ? credential.token : await signAssertion(credential.pem, place);
  return { client_assertion: assertion, client_assertion_type: ASSERTION_TYPE };
}

/** As Entra documents it: signed by the certificate's key, which the header names by its thumbprint. */
async function signAssertion(
  pem: string,
  { clientId, endpoint }: { readonly clientId: string; readonly endpoint: string },
): Promise<string> {
  const { SignJWT } = await import("jose");
  const { certificate, key } = keyPairOf(pem);
  return new SignJWT()
    .setProtectedHeader({
      alg: "PS256",
      typ: "JWT",
      "x5t#S256": createHash("sha256").update(certificate.raw).digest("base64url"),
    })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(endpoint)
    .setJti(randomUUID())
    .setIssuedAt()
    .setNotBefore("0 s")
    .setExpirationTime(`${ASSERTION_SECONDS} s`)
    .sign(key);
}

function keyPairOf(pem: string) {
  try {
    return { certificate: new X509Certificate(pem), key: createPrivateKey(pem) };
  } catch (cause) {
    throw new Fault(
      EXIT.usage,
      "LATCHKEY_CERTIFICATE must name a PEM file with the certificate and its private key, without a passphrase.",
      { cause },
    );
  }
}
