import * as z from "zod";

/** How a registered client has said that it proves itself to the token endpoint, which takes both (RFC 7591, section 2). */
export const AuthMethod = z.enum(["client_secret_basic", "client_secret_post"]);
export type AuthMethod = z.infer<typeof AuthMethod>;

/** What is kept of a dynamic registration, on its client's record, for as long as there is that client. */
export const Registration = z.object({
  /** SHA-256 of the registration access token: the token itself is kept nowhere. */
  tokenHash: z.string(),
  authMethod: AuthMethod,
});
export type Registration = Readonly<z.infer<typeof Registration>>;
