import { done } from "../../../shared/base/outcome.ts";
import type { SnoozeDeps } from "../../../shared/care/snooze.ts";
import { route } from "../../edge/route.ts";
import { reschedule, rescheduleBody } from "./reschedule.ts";
import { ReplacedShape, showReplaced } from "./secret-shapes.ts";

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
      body: rescheduleBody("RescheduleSecretRequest"),
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
      const which = { subscription: caller.subscription, by, clientId: id, keyId };
      const moved = await reschedule(deps, which, body);
      return moved.ok ? done({ status: 200, body: showReplaced(moved.value) }) : moved;
    },
  );
