import * as z from "zod";
import { done } from "../../shared/base/outcome.ts";
import type { ChangeDeps } from "../../shared/operations/change.ts";
import { moveRetirement } from "../../shared/operations/move-retirement.ts";
import { route } from "../edge/route.ts";
import { ReplacedShape, showReplaced } from "./secret-shapes.ts";

export const secretsReschedule = (deps: ChangeDeps) =>
  route(
    {
      name: "secrets-reschedule",
      operationId: "rescheduleSecret",
      method: "PATCH",
      path: "/clients/{id}/secrets/{keyId}",
      access: "clients.write",
      summary: "Say when a secret is removed, or that it stays",
      description:
        "Moves or calls off the removal that a rotation has left for later. A time after the secret expires becomes that of its expiry; one that has passed removes it now. What would leave a client that has its consent without a secret is not removed when the time comes.",
      body: z
        .strictObject({
          retiresAt: z.iso
            .datetime({ error: "must be a UTC time such as 2026-11-03T09:30:00Z, or null" })
            .nullable()
            .describe("When the service removes it; `null`: it stays until it expires"),
        })
        .meta({ id: "RescheduleSecretRequest" }),
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
      const moved = await moveRetirement(deps, {
        subscription: caller.subscription,
        by,
        clientId: id,
        keyId,
        retiresAt: body.retiresAt === null ? undefined : new Date(body.retiresAt),
      });
      return moved.ok ? done({ status: 200, body: showReplaced(moved.value) }) : moved;
    },
  );
