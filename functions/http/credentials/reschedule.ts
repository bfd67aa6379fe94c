import * as z from "zod";
import { type SnoozeDeps, snooze } from "../../../shared/care/snooze.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { instantWithOffset } from "../inputs.ts";

/** When a credential is removed, or when people are reminded of it. */

const time = instantWithOffset("must be a time as in RFC 3339, or null").nullable();
const asDate = (text: string | null) => (text === null ? undefined : new Date(text));

export const rescheduleBody = (id: string) =>
  z
    .strictObject({
      retiresAt: time
        .optional()
        .describe("When the service removes it; `null`: it stays until it expires")
        .meta({ examples: ["2026-11-03T09:30:00Z"] }),
      snoozedUntil: time
        .optional()
        .describe("No reminder of its end before then; `null`: reminders as they are set"),
    })
    .refine((body) => (body.retiresAt === undefined) !== (body.snoozedUntil === undefined), {
      error: "must hold one of retiresAt and snoozedUntil",
    })
    .meta({ id, minProperties: 1, maxProperties: 1 });

type Which = Omit<Parameters<typeof snooze>[1], "until">;

export const reschedule = (
  deps: SnoozeDeps,
  which: Which,
  { retiresAt, snoozedUntil = null }: z.infer<ReturnType<typeof rescheduleBody>>,
) =>
  retiresAt === undefined
    ? snooze(deps, { ...which, until: asDate(snoozedUntil) })
    : moveRetirement(deps, { ...which, retiresAt: asDate(retiresAt) });
