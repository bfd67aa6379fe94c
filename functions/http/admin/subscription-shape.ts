import * as z from "zod";
import type { Account, Stop } from "../../../shared/operations/admission/account.ts";
import { type Shaped, shape } from "../../edge/shape.ts";

const SubscriptionStopShape = shape(() =>
  z
    .strictObject({
      reason: z.string().max(600).describe("Why, in the words of whoever did it"),
      at: z.iso.datetime().describe("Since when"),
      operation: z.guid().describe("What carries it out, at `/admin/operations/{id}`"),
      deleteAt: z.iso
        .datetime()
        .optional()
        .describe("It is offboarded: from when on its clients are deleted"),
    })
    .meta({ id: "SubscriptionStop" }),
);

/** What operators see of a whole subscription. */
export const SubscriptionShape = shape(() =>
  z
    .strictObject({
      subscription: z
        .string()
        .max(128)
        .meta({ examples: ["contoso"] }),
      blocked: SubscriptionStopShape().optional().describe("While it makes no more clients"),
      suspended: SubscriptionStopShape()
        .optional()
        .describe("While all of its clients are stopped"),
      resumedBy: z
        .guid()
        .optional()
        .describe(
          "What lets its clients go on after its last suspension, or has done so: at `/admin/operations/{id}` for 30 days",
        ),
      offboardGraceSeconds: z
        .number()
        .min(0)
        .optional()
        .meta({ examples: [2_592_000] })
        .describe(
          "If it is offboarded now: how long its clients stay stopped before they are deleted. Not in a report",
        ),
    })
    .meta({ id: "Subscription" }),
);

const showStop = ({
  reason,
  at,
  operationId,
  deleteAt,
}: Stop): Shaped<typeof SubscriptionStopShape> => ({
  reason,
  at: at.toISOString(),
  operation: operationId,
  ...(deleteAt && { deleteAt: deleteAt.toISOString() }),
});

export const showSubscription = ({
  subscription,
  blocked,
  suspended,
  resumed,
}: Account): Shaped<typeof SubscriptionShape> => ({
  subscription,
  ...(blocked && { blocked: showStop(blocked) }),
  ...(suspended && { suspended: showStop(suspended) }),
  ...(resumed !== undefined && { resumedBy: resumed }),
});
