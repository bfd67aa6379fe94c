import type { EndingCredential } from "./credential.ts";
import type { Answer, Expected, Lead } from "./ports.ts";
import type { NewSecret, Secret, SecretToMake } from "./secret.ts";

/** The directory's side of a secret. Changes answer in one of four kinds; the read throws as those of `ClientDirectory` do. */
export interface SecretDirectory {
  /**
   * One POST, repeated only when the directory says that it did nothing. Never to be called twice at once for one client:
   * the directory answers both and keeps one. Refused with `secrets-full`, `forbidden-by-policy`, `absent`, …
   */
  addSecret(clientId: string, secret: SecretToMake, expected: Expected): Promise<Answer<NewSecret>>;
  /** Refused with `secret-absent` or `absent` when there is nothing to remove. */
  removeSecret(clientId: string, keyId: string, expected: Expected): Promise<Answer<undefined>>;
  /** The secrets the client has now; nothing when the directory does not know the client. */
  secretsOf(clientId: string, expected: Expected): Promise<readonly Secret[] | undefined>;
  /** The same with its certificates. */
  endingOf(clientId: string, expected: Expected): Promise<readonly EndingCredential[] | undefined>;
  /**
   * A page of all clients with their secrets and certificates, 999 to a call. `expired`: the directory does not know the mark any more; from the
   * first page on.
   */
  listSecrets(from?: string): Promise<SecretPage | "expired">;
}

export interface SecretPage {
  readonly items: readonly { readonly lead: Lead; readonly secrets: readonly EndingCredential[] }[];
  /** The directory's mark of the next page; absent on the last. */
  readonly next?: string;
}
