/** A password credential of a client, without its value: that exists once, in the answer that made it. */
export interface Secret {
  readonly keyId: string;
  readonly displayName: string;
  /** First characters of the value, to tell secrets apart. */
  readonly hint: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A secret that the directory is asked for. */
export type SecretToMake = Pick<Secret, "displayName" | "createdAt" | "expiresAt">;

export interface NewSecret extends Secret {
  /** The value. Never stored, never logged. */
  readonly secretText: string;
}

/** Secrets an application may hold at once: a limit of the directory for audiences with personal accounts only. */
export const PERSONAL_AUDIENCE_MAX_SECRETS = 2;
