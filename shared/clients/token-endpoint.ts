/** What a client proves itself with. */
export interface ClientCredentials {
  /** The OAuth client_id. */
  readonly appId: string;
  readonly secretText: string;
}

/** What the token endpoint made of a client's credentials. */
export type TriedOut =
  /** The secret is good. Whether the client may have roles is another question, and no secret's. */
  | { readonly kind: "accepted" }
  /** It does not take them: the secret, or the client, has not come to it yet, or never will. */
  | { readonly kind: "refused" }
  /** It has not said: away, silent, throttling, or somebody else answered. */
  | { readonly kind: "unsaid"; readonly retryAfterSeconds?: number };

/** Where clients ask for their tokens. It learns of a new secret some seconds after the directory has made it. */
export interface TokenEndpoint {
  /**
   * Asks for a token as the client would, and drops it. One request, which goes nowhere else; throws nothing.
   *
   * @param atMostMs an answer that has not come by then is none, in milliseconds
   */
  tryOut(credentials: ClientCredentials, atMostMs: number): Promise<TriedOut>;
}
