import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Stage } from "../stage.ts";
import type { Client } from "./create-client.ts";

const Page = z.object({ items: z.array(z.object({ id: z.guid() })) });

export const bobSeesNothing = (stage: Stage, client: Client): Promise<void> =>
  stage.step(
    "Bob cannot see Ann's client",
    "Bob works for another customer. Ann's client answers him exactly like one that never existed.",
    async () => {
      const { api, users } = stage.addresses;
      const as = { who: "bob", token: users.bob.accessToken };
      const foreign = await stage.call({ url: `${api}/clients/${client.id}`, as });
      stage.check("Ann's client is 404 for him", foreign.status === 404);
      const unknown = await stage.quietly({ url: `${api}/clients/${randomUUID()}`, as });
      const said = ({ body }: { body: unknown }) =>
        JSON.stringify({ ...z.looseObject({}).parse(body), instance: "" });
      stage.check("An invented id is answered the same", said(unknown) === said(foreign));
      const list = Page.parse((await stage.quietly({ url: `${api}/clients`, as })).body);
      stage.check("It is not on his list", !list.items.some(({ id }) => id === client.id));
    },
  );
