import { done } from "../../../shared/base/outcome.ts";
import type { SnoozeDeps } from "../../../shared/care/snooze.ts";
import { route } from "../../edge/route.ts";
import { ScheduledCertificateShape } from "./certificate-shapes.ts";
import { reschedule, rescheduleBody } from "./reschedule.ts";
import { showReplaced } from "./secret-shapes.ts";

export const certificatesReschedule = (deps: SnoozeDeps) =>
  route(
    {
      name: "certificates-reschedule",
      operationId: "rescheduleCertificate",
      method: "PATCH",
      path: "/clients/{id}/certificates/{keyId}",
      access: "clients.write",
      summary: "Say when a certificate is removed, or when it is reminded of",
      description:
        "As for secrets: `retiresAt` moves or calls off the removal that a rotation has left for later, `snoozedUntil` puts reminders off. What would leave a client that has its consent without a credential is not removed when the time comes.",
      body: rescheduleBody("RescheduleCertificateRequest"),
      replies: {
        200: {
          description: "The certificate as it is on record now",
          schema: ScheduledCertificateShape,
        },
      },
      problems: [
        "not-found",
        "certificate-not-found",
        "client-busy",
        "rate-limited",
        "share-used-up",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, keyId, body }) => {
      const which = { subscription: caller.subscription, by, clientId: id, keyId };
      const moved = await reschedule(deps, { ...which, kind: "certificate" }, body);
      return moved.ok ? done({ status: 200, body: showReplaced(moved.value) }) : moved;
    },
  );
