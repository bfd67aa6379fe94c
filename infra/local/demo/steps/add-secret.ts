import * as z from "zod";
import type { Stage } from "../stage.ts";
import type { Client } from "./create-client.ts";

const Secret = z.object({ keyId: z.guid(), secretText: z.string().min(1), notice: z.string() });
export type Secret = z.infer<typeof Secret>;

export const addSecret = (stage: Stage, client: Client): Promise<Secret> =>
  stage.step(
    "Ann cuts a key",
    "The secret's value is in this one answer and is stored nowhere (it is masked here).",
    async () => {
      const { api, users } = stage.addresses;
      const as = { who: "ann", token: users.ann.accessToken };
      const answer = await stage.call({
        method: "POST",
        url: `${api}/clients/${client.id}/secrets`,
        as,
        json: { displayName: "Production", lifetimeDays: 90 },
      });
      stage.check("The secret was made", answer.status === 201);
      const secret = Secret.parse(answer.body);
      const { body } = await stage.quietly({ url: `${api}/clients/${client.id}`, as });
      stage.check(
        "Reading the client again shows the secret without its value",
        JSON.stringify(body).includes(secret.keyId) &&
          !JSON.stringify(body).includes(secret.secretText),
      );
      return secret;
    },
  );
