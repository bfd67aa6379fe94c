import * as z from "zod";
import { RunKind } from "../../../shared/events/subscription-run.ts";
import { eventually } from "../../support/eventually.ts";
import type { Asker } from "./asks.ts";
import { CONTOSO } from "./wish.ts";

const Parked = z.object({ items: z.array(z.object({ id: z.guid(), kind: z.string() })) });

/**
 * What operators do once nothing stands in the way any more: they try again whatever was set aside, until nothing is. What was to
 * end a whole subscription's operation is asked for again by whoever has asked.
 */
export async function retryParked({ api, tokenOf }: Asker): Promise<void> {
  const token = await tokenOf("operator", { subscription: CONTOSO });
  const headers = { authorization: `Bearer ${token}` };
  await eventually(
    async () => {
      const list = await (await fetch(`${api}/admin/operations`, { headers })).json();
      const parked = Parked.parse(list).items.filter(
        ({ kind }) => !RunKind.safeParse(kind).success,
      );
      for (const { id } of parked)
        await fetch(`${api}/admin/operations/${id}/retry`, { method: "POST", headers });
      return parked;
    },
    (parked) => parked.length === 0,
  );
}
