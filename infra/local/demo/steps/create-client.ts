import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Stage } from "../stage.ts";

const Client = z.object({
  id: z.guid(),
  appId: z.guid(),
  tokenEndpoint: z.url(),
  scope: z.string(),
  consent: z.object({ state: z.string(), message: z.string() }),
});
export type Client = z.infer<typeof Client>;

export const createClient = (stage: Stage): Promise<Client> =>
  stage.step(
    "Ann creates a client",
    "Ann works for a customer. Her access token goes in; an app registration of her company's own comes out, with what to call next.",
    async () => {
      const { ann } = stage.addresses.users;
      const answer = await stage.call({
        method: "POST",
        url: `${stage.addresses.api}/clients`,
        as: { who: "ann", token: ann.accessToken },
        headers: { "Idempotency-Key": randomUUID() },
        json: { displayName: "Nightly import" },
      });
      stage.check("The client was created", answer.status === 201);
      const client = Client.parse(answer.body);
      stage.check("Its consent is pending, with a date", client.consent.state === "pending");
      return client;
    },
  );
