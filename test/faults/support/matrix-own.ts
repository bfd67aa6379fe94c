import { ROTATE_ROLE } from "../../../shared/clients/client.ts";
import type { ApiCaller } from "../../support/api.ts";
import { buyToken } from "../../support/buy-token.ts";
import { eventually } from "../../support/eventually.ts";
import { grantAs } from "../../support/grant-as.ts";
import type { ShownClient } from "../../support/make.ts";
import { insistOnClient, insistOnSecretValue } from "./insist-on.ts";
import { NAME_WORD } from "./matrix-faults.ts";
import type { Lane } from "./matrix-lane.ts";

/** A client that has its consent to rotate its own credentials, and a token of its own, bought while all is well. */
export interface Own {
  readonly client: ShownClient;
  /** What it bought its token with. */
  readonly secret: { readonly keyId: string };
  readonly ownToken: string;
}

export async function prepareOwn(
  { cloud }: Pick<Lane, "cloud">,
  { call }: Pick<ApiCaller, "call">,
  operation: string,
): Promise<Own> {
  const roles = ["api.read", ROTATE_ROLE] as const;
  const client = await insistOnClient(call, `${NAME_WORD} ${operation}`, roles);
  const secret = await insistOnSecretValue(call, client.id, `${NAME_WORD} secret`);
  await grantAs(cloud, client.id);
  // At the customers' issuer, whatever its host says of where clients go. A new secret is taken some seconds late.
  const buy = () =>
    buyToken({
      tokenEndpoint: cloud.settings["TOKEN_ENDPOINT"] ?? "",
      ...{ clientId: client.appId, clientSecret: secret.secretText },
      scope: cloud.settings["KEYS_SCOPE"] ?? "",
    });
  const ownToken = await eventually(
    () => buy().catch(() => ""),
    (bought) => bought !== "",
  );
  return { client, secret, ownToken };
}
