import { EXIT, Fault } from "../fault.ts";
import type { Environment } from "../settings.ts";
import { clientToken } from "./client-token.ts";
import { findCredential } from "./credential.ts";

/**
 * A token for the service: one that was given, or that of a client which may call it. It is kept in memory only.
 *
 * @throws Fault when there is nothing to sign in with
 */
export async function signIn(environment: Environment): Promise<string> {
  const { LATCHKEY_TOKEN: given, LATCHKEY_CLIENT_ID: clientId } = environment;
  if (given) return given;
  const { LATCHKEY_TOKEN_ENDPOINT: endpoint, LATCHKEY_API_SCOPE: scope } = environment;
  if (!clientId || !endpoint || !scope)
    throw new Fault(
      EXIT.denied,
      "Not signed in: set LATCHKEY_TOKEN, or LATCHKEY_CLIENT_ID, LATCHKEY_TOKEN_ENDPOINT and LATCHKEY_API_SCOPE with a credential.",
    );
  const credential = await findCredential(environment, undefined);
  return (await clientToken({ endpoint, clientId, scope }, credential)).accessToken;
}

/**
 * A token with which a client rotates its own secrets. One that was given is a person's, so it is not taken.
 *
 * @throws Fault when there is nothing to sign in with
 */
export async function signInAsClient(environment: Environment): Promise<string> {
  const { LATCHKEY_CLIENT_ID: clientId, LATCHKEY_TOKEN_ENDPOINT: endpoint } = environment;
  const { LATCHKEY_KEYS_SCOPE: scope } = environment;
  if (!clientId || !endpoint || !scope)
    throw new Fault(
      EXIT.denied,
      "Not signed in: set LATCHKEY_CLIENT_ID, LATCHKEY_TOKEN_ENDPOINT and LATCHKEY_KEYS_SCOPE with a credential of the client.",
    );
  const credential = await findCredential(environment, undefined);
  return (await clientToken({ endpoint, clientId, scope }, credential)).accessToken;
}
