import * as z from "zod";
import { done } from "../../shared/base/outcome.ts";
import { type SnoozeDeps, snooze } from "../../shared/care/snooze.ts";
import { moveRetirement } from "../../shared/operations/move-retirement.ts";
import { route } from "../edge/route.ts";
import { ReplacedShape, showReplaced } from "./secret-shapes.ts";

const time = z.iso
  .datetime({ offset: true, error: "must be a time as in RFC 3339, or null" })
  .nullable();
const asDate = (text: string | null) => (text === null ? undefined : new Date(text));

export const secretsReschedule = (deps: SnoozeDeps) =>
  route(
    {
      name: "secrets-reschedule",
      operationId: "rescheduleSecret",
      method: "PATCH",
      path: "/clients/{id}/secrets/{keyId}",
      access: "clients.write",
      summary: "Say when a secret is removed, or when it is reminded of",
      description:
        "With `snoozedUntil` nobody is reminded before then that it ends. With `retiresAt` it moves or calls off the removal that a rotation has left for later. A time after the secret expires becomes that of its expiry; one that has passed removes it now. What would leave a client that has its consent without a secret is not removed when the time comes.",
      body: z
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
        .meta({ id: "RescheduleSecretRequest", minProperties: 1, maxProperties: 1 }),
      replies: { 200: { description: "The secret as it is on record now", schema: ReplacedShape } },
      problems: [
        "not-found",
        "secret-not-found",
        "client-busy",
        "rate-limited",
        "share-used-up",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, keyId, body }) => {
      const secret = { subscription: caller.subscription, by, clientId: id, keyId };
      const { retiresAt, snoozedUntil = null } = body;
      const moved =
        retiresAt === undefined
          ? await snooze(deps, { ...secret, until: asDate(snoozedUntil) })
          : await moveRetirement(deps, { ...secret, retiresAt: asDate(retiresAt) });
      return moved.ok ? done({ status: 200, body: showReplaced(moved.value) }) : moved;
    },
  );
