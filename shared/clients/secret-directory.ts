import type { Expected } from "./ports.ts";
import type { NewSecret, Secret } from "./secret.ts";

/** The directory's side of a secret. All methods throw `RemoteUnavailable`. */
export interface SecretDirectory {
  /**
   * One POST, repeated only when the directory says that it did nothing. Never to be called twice at once for one client:
   * the directory answers both and keeps one.
   */
  addSecret(
    clientId: string,
    secret: {
      readonly displayName: string;
      readonly createdAt: Date;
      readonly expiresAt: Date;
    },
    expected: Expected,
  ): Promise<NewSecret | "limit-reached" | "lifetime-forbidden" | "type-forbidden" | "not-found">;
  removeSecret(
    clientId: string,
    keyId: string,
    expected: Expected,
  ): Promise<"removed" | "secret-not-found" | "client-not-found">;
  /** The secrets the client has now; nothing when the directory does not know the client. */
  secretsOf(clientId: string, expected: Expected): Promise<readonly Secret[] | undefined>;
}
