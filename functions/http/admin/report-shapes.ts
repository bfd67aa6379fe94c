import * as z from "zod";
import { Role } from "../../../shared/clients/client.ts";
import { CredentialKind } from "../../../shared/clients/credential.ts";
import { shape } from "../../edge/shape.ts";
import { ActivityShape } from "../clients/activity-shape.ts";
import { ConsentShape, SuspendedShape } from "../shapes.ts";
import { SubscriptionShape } from "./subscription-shape.ts";

/** What was there of a customer, as operators read it. */

const instant = z.iso.datetime();

export const ReportedClientShape = shape(() =>
  z
    .strictObject({
      id: z.guid(),
      appId: z.guid(),
      displayName: z.string().max(256),
      createdAt: instant,
      deletedAt: instant.optional().describe("When it was deleted; it is kept for 30 days"),
      roles: z.array(Role),
      consent: ConsentShape(),
      suspended: SuspendedShape().optional(),
      secrets: z
        .array(
          z
            .strictObject({
              keyId: z.guid(),
              kind: CredentialKind.exclude(["federated"]).describe(
                "A certificate is kept as a secret is",
              ),
              displayName: z.string().max(256),
              createdAt: instant,
              expiresAt: instant,
            })
            .meta({ id: "ReportedSecret" }),
        )
        .describe("Secrets and certificates; the directory alone knows of federated credentials"),
    })
    .meta({ id: "ReportedClient" }),
);

export const ReportShape = shape(() =>
  z
    .strictObject({
      at: instant.describe("When it was made"),
      subscription: SubscriptionShape(),
      clients: z.array(ReportedClientShape()).describe("On the first page: all, deleted ones too"),
      activity: z.array(ActivityShape()).describe("Newest first"),
      unread: z
        .array(z.string().max(512))
        .describe(
          "Rows of the records that cannot be read: what they are of is left out. At the end of a page they may be named on the next one, too",
        ),
      nextCursor: z.string().max(200).optional().describe("Send as `cursor` for older entries"),
    })
    .meta({ id: "SubscriptionReport" }),
);
