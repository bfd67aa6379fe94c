import * as z from "zod";
import { type Client, type ClientRecord, Role } from "../../shared/clients/client.ts";
import type { Consent } from "../../shared/clients/consent.ts";
import { endingsOf } from "../../shared/clients/credential.ts";
import { retirementOf, snoozeOf } from "../../shared/clients/known-secrets.ts";
import { restorableUntil } from "../../shared/clients/list-deleted.ts";
import type { DeletedClient } from "../../shared/clients/ports.ts";
import type { NewSecret, Secret } from "../../shared/clients/secret.ts";
import type { Suspension } from "../../shared/clients/suspension.ts";
import { type Shaped, shape } from "../edge/shape.ts";
import { consentMessage } from "./clients/consent-message.ts";
import { CredentialShape, showEnding } from "./credentials/credential-shapes.ts";

/**
 * What the API shows of its nouns. Every answer is built here and nowhere else, so a field that is not named here cannot
 * leave by accident.
 */

const instant = z.iso.datetime();
/** A name as the directory has it: whoever is an administrator there may have set a longer one than this service takes. */
const shownName = z
  .string()
  .max(256)
  .meta({ examples: ["Nightly import"] });
const cursor = z
  .string()
  .max(200)
  .meta({ examples: ["PwwcnksdTgqaU29dHwt8EQ"] });

const KEY_ID = "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d";

export const ConsentShape = shape(() =>
  z
    .strictObject({
      state: z.enum(["pending", "granted", "rejected", "revoked"]),
      requestedAt: instant.describe("When the client was asked for"),
      dueAt: instant.describe("When an administrator will have decided"),
      slaHours: z
        .number()
        .min(0)
        .meta({ examples: [24] })
        .describe("Hours promised from request to decision"),
      remindersSent: z.int().min(0).describe("How often administrators were reminded"),
      decidedAt: instant.optional().describe("When it was decided; absent while it is pending"),
      reason: z.string().max(600).optional().describe("Why it was rejected"),
      message: z
        .string()
        .max(1000)
        .describe("The state as a sentence for people")
        .meta({
          examples: [
            "An administrator has been asked to consent; a decision is due by 2026-11-03 09:30 UTC (within 24 hours). Until then the client's tokens carry no scope.",
          ],
        }),
    })
    .meta({ id: "Consent" }),
);

export const SecretShape = shape(() =>
  z
    .strictObject({
      keyId: z
        .guid()
        .describe("The secret's id")
        .meta({ examples: [KEY_ID] }),
      displayName: shownName.meta({ examples: ["Production"] }),
      hint: z
        .string()
        .max(16)
        .describe("First characters of the value")
        .meta({ examples: ["aB3"] }),
      createdAt: instant.describe("When it was made"),
      expiresAt: instant.describe("When it stops working"),
      retiresAt: instant
        .optional()
        .describe("When the service removes it, for another one has taken its place"),
      snoozedUntil: instant.optional().describe("No reminder of its end before then"),
    })
    .meta({ id: "Secret" }),
);

export const SecretListShape = shape(() =>
  z.strictObject({ items: z.array(SecretShape()) }).meta({ id: "SecretList" }),
);

export const NewSecretShape = shape(() =>
  z
    .strictObject({
      ...SecretShape().shape,
      secretText: z
        .string()
        .max(256)
        .optional()
        .describe("The value; shown in this answer and never again. Left out with `encryptTo`")
        .meta({ examples: ["aB3-the-rest-of-the-value"] }),
      secretJwe: z
        .string()
        .max(4096)
        .regex(/^[\w-]+(\.[\w-]+){4}$/)
        .optional()
        .describe(
          "With `encryptTo`: the value as a compact JWE (RFC 7516), which only the holder of the private key can read",
        ),
      notice: z
        .string()
        .max(500)
        .describe("What to do with it now, for people")
        .meta({ examples: ["Copy the value now: it is shown this once and stored nowhere."] }),
      ready: z
        .boolean()
        .optional()
        .describe(
          "With `Prefer: wait`: whether the token endpoint has taken it, twice in a row, or had not when the time was over",
        ),
    })
    .meta({ id: "SecretWithValue" }),
);

export const SuspendedShape = shape(() =>
  z
    .strictObject({
      by: z.enum(["customer", "operator"]).describe("An operator's is not the customer's to undo"),
      reason: z.string().max(600).describe("Why, in the words of whoever did it"),
      at: instant.describe("Since when"),
    })
    .meta({ id: "Suspended" }),
);

const DeletedShape = shape(() =>
  z
    .strictObject({
      at: instant.describe("When it was deleted"),
      until: instant.describe("Until when it can be restored, if no operator purges it"),
    })
    .meta({ id: "Deleted" }),
);

export const ClientShape = shape(() =>
  z
    .strictObject({
      id: z.guid().describe("Object id of the app registration"),
      appId: z
        .guid()
        .describe("OAuth 2.0 client_id")
        .meta({ examples: ["b1d7f0a4-6a2e-4d59-8f0e-51c6f4a3b9d2"] }),
      displayName: shownName,
      createdAt: instant.describe("When it was made"),
      roles: z.array(Role).describe("App roles it asks for"),
      consent: ConsentShape(),
      secrets: z.array(SecretShape()),
      credentials: z
        .array(CredentialShape())
        .describe("All that end, of whichever kind; secrets are among them"),
      tokenEndpoint: z
        .url()
        .describe("Where the client asks for access tokens")
        .meta({
          examples: ["https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token"],
        }),
      scope: z
        .string()
        .max(500)
        .describe("The scope it asks for")
        .meta({ examples: ["api://resource/.default"] }),
      suspended: SuspendedShape().optional().describe("While it gets no new tokens"),
      deleted: DeletedShape()
        .optional()
        .describe(
          "Of a deleted one, in the list of those. Its secrets come back with it and are not shown till then.",
        ),
    })
    .meta({ id: "OAuthClient" }),
);

export const ClientListShape = shape(() =>
  z
    .strictObject({
      items: z.array(ClientShape()),
      nextCursor: cursor.optional().describe("Send as `cursor` for the next page"),
    })
    .meta({ id: "OAuthClientList" }),
);

/** What customers are told to call. */
export interface TokenAdvice {
  readonly tokenEndpoint: string;
  readonly resourceScope: string;
}

/** @param record of its client, which knows when it is removed, and until when nobody is reminded */
export const showSecret =
  (record?: ClientRecord) =>
  (secret: Secret): Shaped<typeof SecretShape> => {
    const retiresAt = record && retirementOf(record, secret.keyId);
    const snoozedUntil = record && snoozeOf(record, secret.keyId);
    return {
      keyId: secret.keyId,
      displayName: secret.displayName,
      hint: secret.hint,
      createdAt: secret.createdAt.toISOString(),
      expiresAt: secret.expiresAt.toISOString(),
      ...(retiresAt && { retiresAt: retiresAt.toISOString() }),
      ...(snoozedUntil && { snoozedUntil: snoozedUntil.toISOString() }),
    };
  };

/**
 * @param ready whether it works already, where that was waited for
 * @param secretJwe the value for the one who can decrypt it, and then for nobody else
 * @param advice what else people should know of secrets here
 */
export const showNewSecret = (
  secret: NewSecret,
  {
    ready,
    secretJwe,
    advice = "",
  }: {
    readonly ready?: boolean;
    readonly secretJwe?: string | undefined;
    readonly advice?: string | undefined;
  },
): Shaped<typeof NewSecretShape> => ({
  ...showSecret()(secret),
  ...(secretJwe === undefined ? { secretText: secret.secretText } : { secretJwe }),
  notice: `${secretJwe === undefined ? "Copy" : "Decrypt"} the value now: it is shown this once and stored nowhere. ${whenItWorks(ready)}${advice}`,
  ...(ready !== undefined && { ready }),
});

const whenItWorks = (ready: boolean | undefined): string =>
  ready ? "It works now." : "It may take up to 20 seconds until it works.";

export const showClient = (
  { record, displayName, secrets, certificates }: Client,
  advice: TokenAdvice,
): Shaped<typeof ClientShape> => ({
  id: record.id,
  appId: record.appId,
  displayName,
  createdAt: record.createdAt.toISOString(),
  roles: [...record.roles],
  consent: showConsent(record.consent),
  secrets: secrets.map(showSecret(record)),
  credentials: endingsOf({ secrets, certificates }).map(showEnding(record)),
  tokenEndpoint: advice.tokenEndpoint,
  scope: advice.resourceScope,
  ...showSuspended(record.suspended),
});

/** As the records have it: the directory is not asked for what it has deleted. */
export const showDeleted = (
  client: DeletedClient,
  advice: TokenAdvice,
): Shaped<typeof ClientShape> => ({
  ...showClient(
    { ...client, displayName: client.record.displayName, secrets: [], certificates: [] },
    advice,
  ),
  deleted: {
    at: client.deletedAt.toISOString(),
    until: restorableUntil(client).toISOString(),
  },
});

export const showSuspended = (
  suspended: Suspension | undefined,
): { suspended?: Shaped<typeof SuspendedShape> } =>
  suspended
    ? {
        suspended: {
          by: suspended.by,
          reason: suspended.reason,
          at: suspended.at.toISOString(),
        },
      }
    : {};

export function showConsent(consent: Consent): Shaped<typeof ConsentShape> {
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
