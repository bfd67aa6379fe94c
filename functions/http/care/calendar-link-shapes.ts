import * as z from "zod";
import { shape } from "../../edge/shape.ts";

/** What the API shows of a caller's private address of the calendar. */

const since = z.iso.datetime().describe("Since when the address has been good");
export const LinkShape = shape(() =>
  z
    .strictObject({
      url: z
        .url()
        .max(1200)
        .describe(
          "The address for a calendar to subscribe to. It is in this answer and nowhere else",
        )
        .meta({
          examples: [
            "https://latchkey.example/calendar/Y29udG9zbw.VrC0pZb3mV8nq1m2dJ7yJr0v3Zk5b6c7d8e9f0g1h2i.ics",
          ],
        }),
      since,
    })
    .meta({ id: "CalendarLink" }),
);
export const LinkStateShape = shape(() =>
  z
    .strictObject({
      active: z.boolean().describe("Whether you have an address"),
      since: since.optional(),
    })
    .meta({ id: "CalendarLinkState" }),
);
