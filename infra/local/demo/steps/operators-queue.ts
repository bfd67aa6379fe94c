import * as z from "zod";
import type { Stage } from "../stage.ts";
import type { Client } from "./create-client.ts";

const Item = z.looseObject({
  clientId: z.guid(),
  grantUrl: z.url(),
  consent: z.looseObject({ state: z.string(), dueAt: z.iso.datetime() }),
});
const Items = z.object({ items: z.array(Item) });

const olga = (stage: Stage) => ({ who: "olga", token: stage.addresses.users.olga.accessToken });

export const operatorsQueue = (stage: Stage, client: Client): Promise<void> =>
  stage.step(
    "Olga sees who waits",
    "The operators' queue, soonest due first. Ann's client is on it, with its due time and the page where consent is granted.",
    async () => {
      const answer = await stage.quietly({
        url: `${stage.addresses.api}/admin/consents?limit=100`,
        as: olga(stage),
      });
      const item = Items.parse(answer.body).items.find(({ clientId }) => clientId === client.id);
      if (item) stage.show(`GET ${stage.addresses.api}/admin/consents`, item);
      stage.check("The client is in the queue", item?.consent.state === "pending");
    },
  );

export const consentNoticed = (stage: Stage, client: Client): Promise<void> =>
  stage.step(
    "The service has it from the directory",
    "A sweep notices grants by itself; Olga does not wait for it and asks the service to look now.",
    async () => {
      const answer = await stage.call({
        method: "POST",
        url: `${stage.addresses.api}/admin/consents/${client.id}/verify`,
        as: olga(stage),
        pick: ["displayName", "requestedBy", "consent"],
      });
      stage.check("The consent is granted", Item.parse(answer.body).consent.state === "granted");
    },
  );
