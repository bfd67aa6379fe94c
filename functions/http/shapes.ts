import * as z from "zod";
import { type Client, Role } from "../../shared/clients/client.ts";
import type { Consent } from "../../shared/clients/consent.ts";
import type { NewSecret, Secret } from "../../shared/clients/secret.ts";
import type { Suspension } from "../../shared/clients/suspension.ts";
import { consentMessage } from "./consent-message.ts";

/**
 * What the API shows of its nouns. Every answer is built here and nowhere else, so a field that is not named here cannot
 * leave by accident.
 */

const instant = z.iso.datetime();

export const ConsentShape = z
  .strictObject({
    state: z.enum(["pending", "granted", "rejected", "revoked"]),
    requestedAt: instant,
    dueAt: instant.describe("When an administrator will have decided"),
    slaHours: z.number().describe("Hours promised from request to decision"),
    remindersSent: z.int().min(0),
    decidedAt: instant.optional(),
    reason: z.string().optional().describe("Why it was rejected"),
    message: z.string().describe("The state as a sentence for people"),
  })
  .meta({ id: "Consent" });

export const SecretShape = z
  .strictObject({
    keyId: z.guid(),
    displayName: z.string(),
    hint: z.string().describe("First characters of the value"),
    createdAt: instant,
    expiresAt: instant,
  })
  .meta({ id: "Secret" });

export const NewSecretShape = z
  .strictObject({
    ...SecretShape.shape,
    secretText: z.string().describe("The value; shown in this answer and never again"),
    notice: z.string(),
  })
  .meta({ id: "NewSecret" });

export const SuspendedShape = z
  .strictObject({
    by: z.enum(["customer", "operator"]).describe("An operator's is not the customer's to undo"),
    reason: z.string(),
    at: instant,
  })
  .meta({ id: "Suspended" });

export const ClientShape = z
  .strictObject({
    id: z.guid().describe("Object id of the app registration"),
    appId: z.guid().describe("OAuth 2.0 client_id"),
    displayName: z.string(),
    createdAt: instant,
    roles: z.array(Role),
    consent: ConsentShape,
    secrets: z.array(SecretShape),
    tokenEndpoint: z.url().describe("Where the client asks for access tokens"),
    scope: z.string().describe("The scope it asks for"),
    suspended: SuspendedShape.optional().describe("While it gets no new tokens"),
  })
  .meta({ id: "Client" });

export const ClientListShape = z
  .strictObject({
    items: z.array(ClientShape),
    nextCursor: z.string().optional().describe("Send as `cursor` for the next page"),
  })
  .meta({ id: "ClientList" });

/** What customers are told to call. */
export interface TokenAdvice {
  readonly tokenEndpoint: string;
  readonly resourceScope: string;
}

export const showSecret = (secret: Secret): z.infer<typeof SecretShape> => ({
  keyId: secret.keyId,
  displayName: secret.displayName,
  hint: secret.hint,
  createdAt: secret.createdAt.toISOString(),
  expiresAt: secret.expiresAt.toISOString(),
});

export const showNewSecret = (secret: NewSecret): z.infer<typeof NewSecretShape> => ({
  ...showSecret(secret),
  secretText: secret.secretText,
  notice:
    "Copy the value now: it is shown this once and stored nowhere. It may take up to 20 seconds until it works.",
});

export const showClient = (
  { record, displayName, secrets }: Client,
  advice: TokenAdvice,
): z.infer<typeof ClientShape> => ({
  id: record.id,
  appId: record.appId,
  displayName,
  createdAt: record.createdAt.toISOString(),
  roles: [...record.roles],
  consent: showConsent(record.consent),
  secrets: secrets.map(showSecret),
  tokenEndpoint: advice.tokenEndpoint,
  scope: advice.resourceScope,
  ...showSuspended(record.suspended),
});

export const showSuspended = (
  suspended: Suspension | undefined,
): { suspended?: z.infer<typeof SuspendedShape> } =>
  suspended
    ? {
        suspended: {
          by: suspended.by,
          reason: suspended.reason,
          at: suspended.at.toISOString(),
        },
      }
    : {};

export function showConsent(consent: Consent): z.infer<typeof ConsentShape> {
  return {
    state: consent.state,
    requestedAt: consent.requestedAt.toISOString(),
    dueAt: consent.dueAt.toISOString(),
    slaHours: consent.slaHours,
    remindersSent: consent.remindersSent,
    ...(consent.decidedAt && { decidedAt: consent.decidedAt.toISOString() }),
    ...(consent.reason !== undefined && { reason: consent.reason }),
    message: consentMessage(consent),
  };
}
