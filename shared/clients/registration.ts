import * as z from "zod";
import { isPolicyEndpoint } from "./credential-rules.ts";

/** How a registered client sends its secret to the token endpoint (RFC 7591, section 2). */
export const AuthMethod = z.enum(["client_secret_basic", "client_secret_post"]);
export type AuthMethod = z.infer<typeof AuthMethod>;

/**
 * How a client should send its secret, whatever it has said: a policy of B2C answers AADB2C90085 to one in a header. Servers may
 * replace what was asked for, and say so in their answer (RFC 7591, section 3.2.1).
 */
export const authMethodAt = (tokenEndpoint: string, asked: AuthMethod | undefined): AuthMethod =>
  isPolicyEndpoint(tokenEndpoint) ? "client_secret_post" : (asked ?? "client_secret_basic");

/** What is kept of a dynamic registration, on its client's record, for as long as there is that client. */
export const Registration = z.object({
  /** SHA-256 of the registration access token: the token itself is kept nowhere. */
  tokenHash: z.string(),
  authMethod: AuthMethod,
});
export type Registration = Readonly<z.infer<typeof Registration>>;
