import type { Cloud } from "../../infra/local/cloud.ts";
import type { Role } from "../../shared/clients/client.ts";
import type { Api, ApiCaller, Call } from "./api.ts";
import { buyToken } from "./buy-token.ts";
import { grantAs } from "./grant-as.ts";
import { clientOf, makeSecret, type ShownClient } from "./make.ts";

/** A client that has its consent, with a secret, and what it calls by itself with. */
export interface OwnClient {
  readonly client: ShownClient;
  readonly keyId: string;
  /** A token of its own for the scope, bought with the secret; for this service's own API when left out. */
  buy(scope?: string): Promise<string>;
  readonly token: string;
  readonly call: Call;
}

export async function ownClient(
  cloud: Cloud,
  api: Api,
  { call }: Pick<ApiCaller, "call">,
  roles: readonly Role[] = ["api.read", "keys.rotate"],
): Promise<OwnClient> {
  const json = { displayName: "Nightly import", roles };
  const client = clientOf(await call("POST", "/clients", { json }));
  const { keyId, secretText } = await makeSecret(call, client.id);
  await grantAs(cloud, client.id);
  const buy = (scope = cloud.settings["KEYS_SCOPE"] ?? "") =>
    buyToken({
      tokenEndpoint: client.tokenEndpoint,
      clientId: client.appId,
      clientSecret: secretText,
      scope,
    });
  const token = await buy();
  return { client, keyId, buy, token, call: api.callWith(token) };
}
