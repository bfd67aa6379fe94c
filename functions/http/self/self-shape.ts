import * as z from "zod";
import type { Client } from "../../../shared/clients/client.ts";
import type { FederatedCredential } from "../../../shared/clients/credential.ts";
import { type Shaped, shape } from "../../edge/shape.ts";
import { CredentialListShape, showCredentials } from "../credentials/credential-shapes.ts";
import { ClientShape, showSecret } from "../shapes.ts";

/** Of a client what it needs to rotate its credentials, and nothing that is people's: whoever has its secret reads this. */
export const SelfShape = shape(() =>
  z
    .strictObject({
      id: ClientShape().shape.id,
      appId: ClientShape().shape.appId,
      displayName: ClientShape().shape.displayName,
      roles: ClientShape().shape.roles,
      secrets: ClientShape().shape.secrets,
      credentials: CredentialListShape().shape.items.describe(
        "Those of every kind, secrets included",
      ),
    })
    .meta({ id: "OwnClient" }),
);

export const showSelf = (
  client: Client,
  trusts: readonly FederatedCredential[],
): Shaped<typeof SelfShape> => ({
  id: client.record.id,
  appId: client.record.appId,
  displayName: client.displayName,
  roles: [...client.record.roles],
  secrets: client.secrets.map(showSecret(client.record)),
  credentials: showCredentials(client, trusts),
});
