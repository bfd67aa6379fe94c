import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import * as z from "zod";

/** A key that a secret's value is encrypted to, and what the JWE says of it. */
export interface Recipient {
  readonly key: KeyObject;
  readonly alg: "RSA-OAEP-256" | "ECDH-ES+A256KW";
  readonly kid?: string;
}

export const ENCRYPT_TO =
  "A public key, as a JWK. The answer has `secretJwe` instead of `secretText`, which only the holder of the private key can read";

const MIN_RSA_BITS = 2048;
/** Bits beyond this add nothing and cost the service time. */
const MAX_RSA_BITS = 8192;
/** Small exponents have been the way into careless implementations; every library makes this one. */
const MIN_EXPONENT = 65_537n;
/** Base64url of 8192 bits. */
const MAX_PART = 1366;

const part = z
  .string()
  .max(MAX_PART, { error: `must have at most ${MAX_PART} characters` })
  .regex(/^[A-Za-z0-9_-]+$/, { error: "must be base64url" });

/**
 * A public key as RFC 7517 writes it, for encryption: RSA of 2,048 bits or more, or EC on P-256, P-384 or P-521. Whatever a
 * private key has besides is refused by name, before it is used for anything: its holder should know that it was sent.
 */
export const EncryptTo = z
  .strictObject({
    kty: z.enum(["RSA", "EC"], { error: "must be RSA or EC" }),
    n: part.optional().describe("RSA: the modulus"),
    e: part
      .meta({ examples: ["AQAB"] })
      .optional()
      .describe("RSA: the exponent"),
    crv: z
      .enum(["P-256", "P-384", "P-521"], { error: "must be P-256, P-384 or P-521" })
      .optional()
      .describe("EC: the curve"),
    x: part.optional().describe("EC: the point"),
    y: part.optional().describe("EC: the point"),
    use: z
      .literal("enc", { error: "must be enc: the key is encrypted to" })
      .optional()
      .describe("What the key is for"),
    key_ops: z
      .array(z.enum(["encrypt", "wrapKey", "deriveKey", "deriveBits"]))
      .max(4)
      .optional()
      .describe("What the key may be used for"),
    alg: z
      .enum(["RSA-OAEP-256", "ECDH-ES+A256KW"], {
        error: "must be RSA-OAEP-256 (RSA) or ECDH-ES+A256KW (EC)",
      })
      .optional()
      .describe("Follows from `kty` when left out"),
    kid: z
      .string()
      .min(1)
      .max(256, { error: "must have at most 256 characters" })
      .optional()
      .describe("The key's id; it is in the JWE's header again"),
    ext: z.boolean().optional().describe("Web Crypto writes it; nothing depends on it"),
  })
  .transform(toRecipient)
  .meta({ id: "EncryptionKey" });

type Jwk = Readonly<Record<string, unknown>> & {
  readonly kty: "RSA" | "EC";
  readonly alg?: string | undefined;
  readonly kid?: string | undefined;
};

function toRecipient(jwk: Jwk, context: z.RefinementCtx): Recipient {
  const refuse = (message: string, ...path: string[]): never => {
    context.addIssue({ code: "custom", message, path });
    return z.NEVER;
  };
  const alg = jwk.kty === "RSA" ? "RSA-OAEP-256" : "ECDH-ES+A256KW";
  if (jwk.alg !== undefined && jwk.alg !== alg) return refuse(`must be ${alg}`, "alg");
  const key = publicKey(jwk);
  if (!key) return refuse(`must be a public ${jwk.kty} key`);
  const weakness = weaknessOf(key);
  if (weakness) return refuse(weakness);
  return { key, alg, ...(jwk.kid !== undefined && { kid: jwk.kid }) };
}

/** None where it is no key at all: a part is missing, or a point is not on its curve. */
function publicKey(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    return undefined;
  }
}

function weaknessOf({ asymmetricKeyDetails: details }: KeyObject): string | undefined {
  const { modulusLength, publicExponent } = details ?? {};
  if (modulusLength === undefined) return undefined;
  if (modulusLength < MIN_RSA_BITS || modulusLength > MAX_RSA_BITS)
    return `must have from ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits`;
  return publicExponent !== undefined &&
    publicExponent >= MIN_EXPONENT &&
    publicExponent % 2n === 1n
    ? undefined
    : "must have an odd exponent of 65537 or more";
}

/** The value as a compact JWE (RFC 7516) that only the holder of the private key can read. */
export async function encryptValue(value: string, { key, alg, kid }: Recipient): Promise<string> {
  const { CompactEncrypt } = await import("jose");
  return new CompactEncrypt(new TextEncoder().encode(value))
    .setProtectedHeader({ alg, enc: "A256GCM", ...(kid !== undefined && { kid }) })
    .encrypt(key);
}
