import * as z from "zod";
import type { Shaped } from "../../functions/edge/shape.ts";
import { FederatedCredentialShape } from "../../functions/http/credentials/federated-shapes.ts";
import { RotatedSecretShape } from "../../functions/http/credentials/secret-shapes.ts";
import { RotatedOwnShape } from "../../functions/http/self/self-rotate-shapes.ts";
import { ClientListShape, ClientShape, NewSecretShape } from "../../functions/http/shapes.ts";
import type { Call } from "./api.ts";
import type { SeenAnswer } from "./openapi-check.ts";

/** What most tests begin with, made through the API. */

export type ShownClient = Shaped<typeof ClientShape>;

export const clientOf = ({ body }: SeenAnswer): ShownClient => ClientShape().parse(body);
export const clientsOf = ({ body }: SeenAnswer) => ClientListShape().parse(body);
const withValue = { secretText: z.string() };
/** A secret whose value is shown, as it is to everybody who does not ask for it encrypted. */
export const secretOf = ({ body }: SeenAnswer) => NewSecretShape().extend(withValue).parse(body);
export const rotatedOf = ({ body }: SeenAnswer) =>
  RotatedSecretShape().extend(withValue).parse(body);
/** The same of a client's own. */
export const ownRotatedOf = ({ body }: SeenAnswer) =>
  RotatedOwnShape().extend(withValue).parse(body);

export const makeClient = async (call: Call, displayName = "A client"): Promise<ShownClient> =>
  clientOf(await call("POST", "/clients", { json: { displayName } }));

export const makeSecret = async (call: Call, clientId: string, displayName = "A secret") =>
  secretOf(await call("POST", `/clients/${clientId}/secrets`, { json: { displayName } }));

export const federatedOf = ({ body }: SeenAnswer) => FederatedCredentialShape().parse(body);

/** Trusts whom GitHub says is on the branch main of a repository, or whoever else is told. */
export const makeFederated = async (call: Call, clientId: string, trust: object = {}) =>
  federatedOf(
    await call("POST", `/clients/${clientId}/federated-credentials`, {
      json: {
        name: "github-main",
        issuer: "https://token.actions.githubusercontent.com",
        subject: "repo:octo-org/octo-repo:ref:refs/heads/main",
        ...trust,
      },
    }),
  );

/** The status with which the token endpoint answers a client's credentials. */
export async function tokenStatus(
  { appId, tokenEndpoint, scope }: ShownClient,
  secretText: string,
): Promise<number> {
  const response = await fetch(tokenEndpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: appId,
      client_secret: secretText,
      scope,
    }),
  });
  await response.body?.cancel();
  return response.status;
}
