import * as z from "zod";
import type { Secret } from "./secret.ts";

/** How a client proves who it is. A secret it shares with the directory; of the others nobody but its owner holds anything. */
export const CredentialKind = z.enum(["secret", "certificate", "federated"]);
export type CredentialKind = z.infer<typeof CredentialKind>;

/** What tells one certificate from another. */
export interface CertificateFacts {
  /** SHA-1 of the certificate in upper-case hex, as Entra shows it (`x5t`). */
  readonly thumbprint: string;
  /** SHA-256 of it in upper-case hex (`x5t#S256`); the directory shows it to nobody. */
  readonly thumbprintSha256?: string;
  /** Distinguished name of whom it is made out to; as above. */
  readonly subject?: string;
}

/** A certificate that is about to be registered. */
export interface NewCertificate extends Certificate {
  /** DER. Public, as all of it. */
  readonly der: Uint8Array;
}

/** A key that the directory knows by its X.509 certificate; the private key has never been here. */
export interface Certificate extends CertificateFacts {
  readonly kind: "certificate";
  readonly keyId: string;
  readonly displayName: string;
  /** When it begins to be valid. */
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/**
 * Tokens of another issuer that the directory takes as this client's proof. It never ends.
 * @public
 */
export interface FederatedCredential {
  /** A GUID, given by the directory. */
  readonly id: string;
  /** Its name: unique in the client, and for ever as it was given. */
  readonly displayName: string;
  /** `iss` of the foreign token, letter by letter. */
  readonly issuer: string;
  /** `sub` of the foreign token, letter by letter and in its case. */
  readonly subject: string;
  /** What the foreign token must name in its `aud`. */
  readonly audience: string;
  /** The directory keeps no such time: known of those that were made here only. */
  readonly createdAt?: Date;
}

/** What ends by itself: it is on record, people are reminded of it, and another one may take its place. */
export type EndingCredential = Secret | Certificate;

export type EndingKind = "secret" | "certificate";

export const kindOf = (credential: Pick<EndingCredential, "keyId">): EndingKind =>
  "kind" in credential ? "certificate" : "secret";

/** All that the directory shows of a client and that ends. */
export const endingsOf = (shown: {
  readonly secrets: readonly Secret[];
  readonly certificates: readonly Certificate[];
}): readonly EndingCredential[] => [...shown.secrets, ...shown.certificates];
