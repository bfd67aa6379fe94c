import * as z from "zod";

/** The stage of a mail that is no alert: a letter to a person of a customer's. */
export const LETTER = "letter";

/** What every alert says about itself, wherever its channel has room for it. */
const facts = {
  stage: z.string(),
  threshold: z.union([z.number(), z.string()]).optional(),
  clientId: z.string(),
};

export interface Alert {
  /** What a receiver tells a repeat by: `webhook-id` or `Operation-Id`. Teams has none. */
  readonly id?: string | undefined;
  readonly channel: "email" | "teams" | "webhook";
  readonly stage: string;
  readonly threshold?: number | string | undefined;
  readonly clientId: string;
  /** RFC 3339, UTC */
  readonly receivedAt: string;
  /** The body as it was received. */
  readonly payload: unknown;
}

/** A generic webhook: the facts are in its event's `data`. */
const WebhookBody = z.looseObject({ data: z.looseObject(facts) });

/** The facts ride beside the card, whose schema takes none but its own members. */
const TeamsBody = z.looseObject({
  type: z.literal("message"),
  channelData: z.looseObject({ latchkey: z.looseObject(facts) }),
  attachments: z.tuple(
    [
      z.looseObject({
        contentType: z.literal("application/vnd.microsoft.card.adaptive"),
        content: z.looseObject({ type: z.literal("AdaptiveCard") }),
      }),
    ],
    z.unknown(),
  ),
});

const address = z.looseObject({ address: z.email() });
/** Of one mail (Microsoft Learn, "Service limits for Azure Communication Services", Email: size limits). */
const MOST_RECIPIENTS = 50;

/**
 * `EmailMessage` of the Azure Communication Services Email REST API, 2023-03-31. That a header has a value is Microsoft's own rule
 * ("Empty Value is not allowed in Email Header", `ErrorMessages` of Azure.Communication.Email).
 */
const EmailBody = z.looseObject({
  senderAddress: z.email(),
  content: z.looseObject({ subject: z.string().min(1) }),
  recipients: z.looseObject({ to: z.array(address).min(1).max(MOST_RECIPIENTS) }),
  /** Alerts say what they are; a letter to a customer's person has no such headers. */
  headers: z
    .record(z.string(), z.string().regex(/\S/, "Empty Value is not allowed in Email Header"))
    .default({}),
});

type Facts = Pick<Alert, "stage" | "threshold" | "clientId">;

/** @throws ZodError when the body is not one of its channel's. */
export const readFacts: Readonly<Record<Alert["channel"], (body: unknown) => Facts>> = {
  webhook: (body) => WebhookBody.parse(body).data,
  teams: (body) => TeamsBody.parse(body).channelData.latchkey,
  email: (body) => {
    const { headers } = EmailBody.parse(body);
    const threshold = headers["X-Latchkey-Threshold"];
    return {
      stage: headers["X-Latchkey-Stage"] ?? LETTER,
      clientId: headers["X-Latchkey-Client"] ?? "",
      ...(threshold !== undefined && { threshold }),
    };
  },
};
