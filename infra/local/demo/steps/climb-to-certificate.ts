import { createHash, generateKeyPairSync, randomUUID, X509Certificate } from "node:crypto";
import { SignJWT } from "jose";
import * as z from "zod";
import { makeCertificate } from "../../directory/x509.ts";
import type { Stage } from "../stage.ts";
import type { Client } from "./create-client.ts";
import { type Proof, tokenRequest } from "./keep-asking.ts";

/** RFC 7523, 2.2. */
export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const DAY_MS = 86_400_000;
const LIFETIME_DAYS = 90;
const ASSERTION_SECONDS = 300;
/** The service refuses what is not valid yet. */
const BEHIND_MS = 60_000;
const KEY_BITS = 2048;

const Added = z.object({ keyId: z.guid(), thumbprint: z.string() });

export interface Certified {
  readonly keyId: string;
  readonly proof: Proof;
}

/** @returns what the client shows for itself from now on: an assertion that its private key has signed */
export const climbToCertificate = (stage: Stage, client: Client): Promise<Certified> =>
  stage.step(
    "One step up: a certificate",
    "Ann's program makes a key pair. Only the certificate is sent; the private key stays where it was made. The client goes on getting tokens with its secret meanwhile.",
    async () => {
      const { api, users } = stage.addresses;
      const { certificate, privateKey } = newKeyPair(client);
      const answer = await stage.call({
        method: "POST",
        url: `${api}/clients/${client.id}/certificates`,
        as: { who: "ann", token: users.ann.accessToken },
        headers: { "Idempotency-Key": randomUUID() },
        json: { displayName: "Build server", certificate },
      });
      stage.check("The certificate was added", answer.status === 201);
      const { keyId } = Added.parse(answer.body);
      const thumbprint = createHash("sha256").update(new X509Certificate(certificate).raw);
      const header = { alg: "PS256", typ: "JWT", "x5t#S256": thumbprint.digest("base64url") };
      const proof: Proof = async () => ({
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await new SignJWT()
          .setProtectedHeader(header)
          .setIssuer(client.appId)
          .setSubject(client.appId)
          .setAudience(client.tokenEndpoint)
          .setJti(randomUUID())
          .setIssuedAt()
          .setExpirationTime(`${ASSERTION_SECONDS}s`)
          .sign(privateKey),
      });
      const form = await tokenRequest(client, proof);
      const token = await stage.call({ method: "POST", url: client.tokenEndpoint, form });
      stage.check("An assertion signed with the private key buys a token", token.status === 200);
      return { keyId, proof };
    },
  );

function newKeyPair(client: Client) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: KEY_BITS });
  const from = Date.now() - BEHIND_MS;
  const certificate = makeCertificate({
    subject: client.appId,
    issuer: client.appId,
    publicKey,
    signingKey: privateKey,
    notBefore: new Date(from),
    notAfter: new Date(from + LIFETIME_DAYS * DAY_MS),
    use: "client",
  });
  return { certificate, privateKey };
}
