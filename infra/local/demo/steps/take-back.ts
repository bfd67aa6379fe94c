import type { Stage } from "../stage.ts";
import type { Secret } from "./add-secret.ts";
import { askForToken } from "./client-token.ts";
import type { Client } from "./create-client.ts";

export const removeSecret = (stage: Stage, client: Client, secret: Secret): Promise<void> =>
  stage.step(
    "Ann takes the key back",
    "It is the only one that works, so she says that she means it. From now on nobody gets a token with it.",
    async () => {
      const { api, users } = stage.addresses;
      const removed = await stage.call({
        method: "DELETE",
        url: `${api}/clients/${client.id}/secrets/${secret.keyId}?confirm=last`,
        as: { who: "ann", token: users.ann.accessToken },
      });
      stage.check("The secret is removed", removed.status === 204);
      const refused = await askForToken(stage, client, secret);
      stage.check(
        "The token endpoint refuses it",
        refused.status === 400 || refused.status === 401,
      );
    },
  );

export const deleteClient = (stage: Stage, client: Client): Promise<void> =>
  stage.step(
    "Ann deletes the client",
    "The directory keeps what was deleted for 30 days; the API shows it no more.",
    async () => {
      const { api, users } = stage.addresses;
      const as = { who: "ann", token: users.ann.accessToken };
      const url = `${api}/clients/${client.id}`;
      const deleted = await stage.call({ method: "DELETE", url, as });
      stage.check("The client is deleted", deleted.status === 204);
      const gone = await stage.call({ url, as });
      stage.check("It is 404 now, for Ann too", gone.status === 404);
    },
  );
