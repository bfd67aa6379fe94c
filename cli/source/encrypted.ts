import type { NewSecret } from "./api/api.ts";
import type { components } from "./api/schema.ts";
import { EXIT, Fault } from "./fault.ts";

type PublicKey = components["schemas"]["EncryptionKey"];

/** The key to encrypt a secret to, and how to read what came of it. Made for one answer, kept nowhere. */
export interface Envelope {
  readonly encryptTo: PublicKey;
  open(secret: Pick<NewSecret, "secretJwe">): Promise<string>;
}

/** So that no proxy, log or gateway on the way ever holds the value. */
export async function openEnvelope(): Promise<Envelope> {
  const { compactDecrypt, exportJWK, generateKeyPair } = await import("jose");
  const { publicKey, privateKey } = await generateKeyPair("ECDH-ES+A256KW");
  const { x, y } = await exportJWK(publicKey);
  return {
    encryptTo: { kty: "EC", crv: "P-256", ...(x && { x }), ...(y && { y }) },
    open: async ({ secretJwe }) => {
      if (secretJwe === undefined)
        throw new Fault(EXIT.notKept, "The service did not encrypt the value: this is an old one.");
      const { plaintext } = await compactDecrypt(secretJwe, privateKey, {
        keyManagementAlgorithms: ["ECDH-ES+A256KW"],
        contentEncryptionAlgorithms: ["A256GCM"],
      });
      return new TextDecoder().decode(plaintext);
    },
  };
}
