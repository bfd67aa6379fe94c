import { createHash, webcrypto } from "node:crypto";
import { exportJWK, type JWK, SignJWT } from "jose";
import * as z from "zod";
import type { Shelf } from "../store.ts";

/** An RS256 key of one issuer. The two issuers of a tenant, directory and policies, never share one. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicKey: webcrypto.CryptoKey;
  /** As it appears in the JWKS document. */
  readonly publicJwk: JWK;
  /** PKCS#8, from which the tenant's own seeded secrets are derived. */
  readonly pkcs8: Buffer;
}

const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;
const keptKey = z.object({ pkcs8: z.string(), spki: z.string() });

/** Reads the key called `name`, making it at the first start. */
export async function keptSigningKey(shelf: Shelf<unknown>, name: string): Promise<SigningKey> {
  const found = keptKey.safeParse(shelf.get(name));
  const kept = found.success ? found.data : await generate();
  if (!found.success) shelf.put(name, kept);
  const pkcs8 = Buffer.from(kept.pkcs8, "base64");
  const spki = Buffer.from(kept.spki, "base64");
  const privateKey = await webcrypto.subtle.importKey("pkcs8", pkcs8, RSA, true, ["sign"]);
  const publicKey = await webcrypto.subtle.importKey("spki", spki, RSA, true, ["verify"]);
  // Entra names its keys after a certificate's thumbprint; without a certificate the key's own digest serves.
  const kid = createHash("sha1").update(spki).digest("base64url");
  const publicJwk = { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "RS256" };
  return { kid, privateKey, publicKey, publicJwk, pkcs8 };
}

/** Puts a key back after everything else was forgotten: tokens already issued, and settings, stay good. */
export async function keepSigningKey(
  shelf: Shelf<unknown>,
  name: string,
  key: SigningKey,
): Promise<void> {
  const spki = Buffer.from(await webcrypto.subtle.exportKey("spki", key.publicKey));
  shelf.put(name, { pkcs8: key.pkcs8.toString("base64"), spki: spki.toString("base64") });
}

async function generate(): Promise<z.infer<typeof keptKey>> {
  const pair = await webcrypto.subtle.generateKey(
    { ...RSA, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  );
  return {
    pkcs8: Buffer.from(await webcrypto.subtle.exportKey("pkcs8", pair.privateKey)).toString(
      "base64",
    ),
    spki: Buffer.from(await webcrypto.subtle.exportKey("spki", pair.publicKey)).toString("base64"),
  };
}

/** Signs claims as they are: the caller sets issuer, audience and times. */
export function signToken(key: SigningKey, claims: object): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.kid })
    .sign(key.privateKey);
}
