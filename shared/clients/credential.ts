import * as z from "zod";
import type { Secret } from "./secret.ts";

/** How a client proves who it is. A secret it shares with the directory; of the others nobody but its owner holds anything. */
export const CredentialKind = z.enum(["secret", "certificate", "federated"]);
export type CredentialKind = z.infer<typeof CredentialKind>;

/** A key that the directory knows by its X.509 certificate; the private key has never been here. */
export interface Certificate {
  readonly keyId: string;
  readonly displayName: string;
  /** SHA-1 of the certificate in upper-case hex, as Entra shows it (`x5t`). */
  readonly thumbprint: string;
  /** SHA-256 of it in upper-case hex (`x5t#S256`); absent where the directory does not show the certificate itself. */
  readonly thumbprintSha256?: string;
  /** Distinguished name of whom it is made out to; absent as above. */
  readonly subject?: string;
  /** When it begins to be valid. */
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Tokens of another issuer that the directory takes as this client's proof. It never ends. */
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

/**
 * A credential of any kind, as the directory has it.
 * @public
 */
export type Credential =
  | { readonly kind: "secret"; readonly of: Secret }
  | { readonly kind: "certificate"; readonly of: Certificate }
  | { readonly kind: "federated"; readonly of: FederatedCredential };
