import * as z from "zod";
import { SILENCES } from "../../../shared/care/webhooks/ports.ts";
import { shape } from "../../edge/shape.ts";

/** What the API shows of a subscription's webhook. Its secret is in two answers only: that which makes it, and a rotation's. */

const instant = z.iso.datetime();
export const MAX_URL = 2_048;
export const URL_EXAMPLE = "https://hooks.example.com/latchkey";

export const WebhookShape = shape(() =>
  z
    .strictObject({
      url: z
        .string()
        .max(MAX_URL)
        .describe("Where events are posted")
        .meta({ examples: [URL_EXAMPLE] }),
      createdAt: instant.describe("When it was set first"),
      state: z
        .enum(["on", "failing", "off"])
        .describe(
          "`failing`: the last try was not taken; `off`: after three days of that, or a 410",
        ),
      since: instant.describe("Since when it is in that state"),
      disabledReason: z
        .enum(["failing", "gone"])
        .optional()
        .describe("Why it is off: nothing was taken for three days, or 410 was answered"),
      oldSecretsUntil: instant
        .optional()
        .describe("Until then older secrets sign beside the newest; absent when none does"),
    })
    .meta({ id: "Webhook" }),
);

export const WebhookWithSecretShape = shape(() =>
  z
    .strictObject({
      ...WebhookShape().shape,
      secret: z
        .string()
        .max(100)
        .optional()
        .describe(
          "Key of the signatures (`whsec_…`); in this answer and no other. Left out of one that is given again when it signs no more",
        )
        .meta({ examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="] }),
    })
    .meta({ id: "WebhookWithSecret" }),
);

export const DeliveryShape = shape(() =>
  z
    .strictObject({
      id: z
        .string()
        .max(100)
        .describe("`webhook-id`: the same for every try of the same event")
        .meta({ examples: ["msg_4Yk2r0PqkQn1d8QvJw0Zc7sXa1B"] }),
      type: z
        .string()
        .max(50)
        .describe("The event's type")
        .meta({ examples: ["secret.created"] }),
      at: instant.describe("When it was tried"),
      attempt: z.int().min(1).describe("Which try it was"),
      state: z.enum(["delivered", "failed"]),
      status: z
        .int()
        .min(100)
        .max(999)
        .optional()
        .describe("What was answered; absent when nothing was")
        .meta({ examples: [204] }),
      why: z
        .enum(SILENCES)
        .optional()
        .describe(
          "Why nothing was: `address` may not be called, `name` leads nowhere, no `connection`, a wrong `certificate`, or no answer in `time`",
        ),
      milliseconds: z.int().min(0).describe("How long it took"),
      nextAt: instant.optional().describe("When it is tried again; absent when it is not"),
    })
    .meta({ id: "WebhookDelivery" }),
);

export const DeliveryListShape = shape(() =>
  z.strictObject({ items: z.array(DeliveryShape()).max(20) }).meta({ id: "WebhookDeliveryList" }),
);
