import * as z from "zod";
import { ActivityDetail, ActivityOutcome } from "../../../shared/clients/activity.ts";
import { Actor } from "../../../shared/clients/actor.ts";
import { shape } from "../../edge/shape.ts";

/** Entries that a page has at most. */
export const MAX_PAGE = 1_000;

export const ActivityShape = shape(() =>
  z
    .strictObject({
      id: z.string().max(200).describe("Names the change; one change leaves one entry"),
      at: z.iso.datetime().describe("When the change ended"),
      actor: z
        .strictObject({
          kind: Actor.shape.kind.describe(
            "`customer`, `operator`: a person; `client`: an app for itself; `service`: this service; `directory`: found there",
          ),
          issuer: z.string().max(255).optional().describe("`iss` of the token"),
          subject: z.string().max(255).optional().describe("Who that is, as the issuer names them"),
          displayName: z.string().max(256).optional().describe("As they call themselves"),
        })
        .describe("Who asked for it"),
      action: z
        .string()
        .max(50)
        .describe("What was done: the type of its event, if it has one")
        .meta({ examples: ["secret.created"] }),
      subscription: z.string().max(128).describe("The customer"),
      clientId: z.guid().optional().describe("Absent for a client that was never made"),
      credentialId: z.guid().optional().describe("`keyId` of the secret"),
      requestId: z.string().max(64).optional().describe("`Request-Id` of the answer"),
      outcome: ActivityOutcome.describe(
        "`done`; otherwise nothing is left of it: `refused` by the directory, which was `unavailable`, `undone` after a host died, `given-up` by an operator",
      ),
      detail: ActivityDetail.optional().describe("Names, times and reasons"),
    })
    .meta({ id: "Activity" }),
);

export const ActivityListShape = shape(() =>
  z
    .strictObject({
      items: z.array(ActivityShape()).max(MAX_PAGE),
      nextCursor: z.string().max(200).optional().describe("Send as `cursor` for older ones"),
    })
    .meta({ id: "ActivityList" }),
);
