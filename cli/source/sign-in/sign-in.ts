import { EXIT, Fault } from "../fault.ts";
import type { Environment } from "../settings.ts";
import { clientToken } from "./client-token.ts";
import { findCredential } from "./credential.ts";
import { keptSignIn } from "./kept.ts";
import { type Bearer, renewed } from "./person.ts";

/**
 * A token for the service: one that was given, that of a client which may call it, or that of the person who is signed in.
 *
 * @param service its address, without `/api`
 * @throws Fault when there is nothing to sign in with
 */
export async function signIn(service: URL, environment: Environment): Promise<Bearer> {
  const { LATCHKEY_TOKEN: given, LATCHKEY_CLIENT_ID: clientId } = environment;
  if (given) return { accessToken: given };
  const { LATCHKEY_TOKEN_ENDPOINT: endpoint, LATCHKEY_API_SCOPE: scope } = environment;
  if (clientId && endpoint && scope) return asClient({ endpoint, clientId, scope }, environment);
  const signedIn = keptSignIn(service, environment);
  const kept = await signedIn.read();
  if (kept) return renewed(kept, signedIn.renew);
  throw new Fault(
    EXIT.denied,
    `Not signed in at ${service.host}: latchkey sign-in. Or set LATCHKEY_TOKEN; a program sets LATCHKEY_CLIENT_ID, LATCHKEY_TOKEN_ENDPOINT and LATCHKEY_API_SCOPE, with a credential.`,
  );
}

/**
 * A token with which a client rotates its own secrets. One that was given is a person's, so it is not taken.
 *
 * @throws Fault when there is nothing to sign in with
 */
export async function signInAsClient(environment: Environment): Promise<Bearer> {
  const { LATCHKEY_CLIENT_ID: clientId, LATCHKEY_TOKEN_ENDPOINT: endpoint } = environment;
  const { LATCHKEY_KEYS_SCOPE: scope } = environment;
  if (!clientId || !endpoint || !scope)
    throw new Fault(
      EXIT.denied,
      "Not signed in: set LATCHKEY_CLIENT_ID, LATCHKEY_TOKEN_ENDPOINT and LATCHKEY_KEYS_SCOPE with a credential of the client.",
    );
  return asClient({ endpoint, clientId, scope }, environment);
}

async function asClient(
  place: Parameters<typeof clientToken>[0],
  environment: Environment,
): Promise<Bearer> {
  const credential = await findCredential(environment, undefined);
  const { accessToken, expiresInSeconds } = await clientToken(place, credential);
  return { accessToken, expiresAt: new Date(Date.now() + expiresInSeconds * 1_000) };
}
