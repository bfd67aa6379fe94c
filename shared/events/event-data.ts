import * as z from "zod";
import type { ClientEventType } from "./client-event.ts";

/** What each event tells besides its envelope: the one source of the AsyncAPI document. Ids, names and times; never a value. */

const instant = z.iso.datetime();
const clientId = z.guid().describe("Object id of the client's app registration");
const dueAt = instant.describe("When an administrator will have decided");
const threshold = z
  .string()
  .describe("The threshold that was reached, as it stands in the setting");
const decidedAt = instant.describe("When it was decided, or found in the directory");
/** Members that came later are optional: an event that waits may have been written before them. */
const actor = z
  .strictObject({
    kind: z.enum(["customer", "operator", "client", "service", "directory"]),
    issuer: z.string().optional(),
    subject: z.string().optional(),
    displayName: z.string().optional(),
  })
  .describe("As their token proved them; a subject means somebody only together with its issuer");
const roles = z
  .array(
    z.strictObject({
      value: z.string().describe("The app role, as it stands in tokens"),
      description: z.string().describe("What it allows, in words"),
      risk: z.enum(["low", "medium", "high"]),
    }),
  )
  .describe("What is asked for");
const customer = z
  .strictObject({
    clients: z.int(),
    pending: z.int(),
    granted: z.int(),
    rejected: z.int(),
    revoked: z.int(),
    more: z.boolean().describe("It had more than were counted: 25 are"),
  })
  .describe("What the customer had besides when it asked");
const decidedBy = actor.optional();
const keyId = z.guid().describe("Id of the secret");
const credentialId = z.guid().describe("Id of the federated credential");
const federated = z.literal("federated").describe("The kind of the credential");
const source = z
  .enum(["directory"])
  .describe("Left out where it was done here; `directory` where it was found there afterwards")
  .optional();

const operationId = z.guid().describe("Its progress is at /api/admin/operations/{id}");
const change = {
  clientId,
  operationId: z.guid().describe("The change, as /api/admin/operations lists it"),
  kind: z.string().describe("What it would do"),
};
const ending = { clientId, keyId, displayName: z.string(), expiresAt: instant };
const certificate = {
  clientId,
  keyId: z.guid().describe("Id of the certificate"),
  kind: z.literal("certificate").describe("Of what kind the credential is"),
};
const thumbprint = z.string().describe("SHA-1 of the certificate in hex, as Entra shows it");
const named = { ...certificate, displayName: z.string(), expiresAt: instant };
const stoppedBy = z.enum(["customer", "operator"]).describe("Who has done it");

interface EventKind {
  readonly summary: string;
  readonly data: z.ZodObject;
}

export const eventKinds: Readonly<Record<ClientEventType, EventKind>> = {
  "client.created": {
    summary: "A customer has created a client",
    data: z.strictObject({
      clientId,
      appId: z.guid().describe("OAuth 2.0 client_id"),
      displayName: z.string(),
    }),
  },
  "client.renamed": {
    summary: "A customer has renamed a client",
    data: z.strictObject({ clientId, displayName: z.string() }),
  },
  "client.deleted": {
    summary: "A client was deleted, by its customer or in the directory",
    data: z.strictObject({ clientId }),
  },
  "client.restored": {
    summary: "A deleted client is back, with its ids and secrets; its consent is looked at anew",
    data: z.strictObject({
      clientId,
      by: stoppedBy,
      displayName: z.string(),
      state: z.enum(["active", "suspended"]).describe("`suspended`: no tokens until it is resumed"),
    }),
  },
  "client.purged": {
    summary: "A deleted client is gone for good, by an operator, or found so in the directory",
    data: z.strictObject({ clientId, by: z.enum(["operator", "directory"]) }),
  },
  "client.suspended": {
    summary: "A client gets no new tokens until it is resumed",
    data: z.strictObject({ clientId, by: stoppedBy, reason: z.string() }),
  },
  "client.resumed": {
    summary: "A client gets tokens again",
    data: z.strictObject({ clientId, by: stoppedBy }),
  },
  "subscription.suspended": {
    summary: "All clients of a subscription are being stopped, and it makes no more",
    data: z.strictObject({ operationId, reason: z.string() }),
  },
  "subscription.resumed": {
    summary: "The clients that were stopped with their subscription are being resumed",
    data: z.strictObject({ operationId }),
  },
  "subscription.blocked": {
    summary: "A subscription may make no more clients",
    data: z.strictObject({ operationId, reason: z.string() }),
  },
  "subscription.unblocked": {
    summary: "A subscription may make clients again",
    data: z.strictObject({ operationId }),
  },
  "subscription.offboarding": {
    summary: "All clients of a subscription are being stopped, and will be deleted",
    data: z.strictObject({
      operationId,
      reason: z.string(),
      deleteAt: instant.describe("From when on they are deleted, unless it is called off"),
    }),
  },
  "subscription.offboarded": {
    summary: "All clients of a subscription have been deleted",
    data: z.strictObject({ operationId }),
  },
  "subscription.offboard-cancelled": {
    summary: "They are not deleted after all, and those that are left are being resumed",
    data: z.strictObject({ operationId }),
  },
  "operation.parked": {
    summary: "A change could be neither finished nor undone, and waits for an operator",
    data: z.strictObject({ ...change, reason: z.string() }),
  },
  "operation.retried": {
    summary: "An operator has such a change tried again",
    data: z.strictObject(change),
  },
  "operation.given-up": {
    summary: "An operator has given such a change up",
    data: z.strictObject(change),
  },
  "webhook.disabled": {
    summary: "A subscription's own webhook was switched off",
    data: z.strictObject({
      host: z.string().describe("Where it was"),
      reason: z
        .enum(["failing", "gone"])
        .describe("It has taken nothing for three days, or has answered 410"),
    }),
  },
  "secret.created": {
    summary: "A client has a new secret",
    data: z.strictObject({ clientId, keyId, displayName: z.string(), expiresAt: instant, source }),
  },
  "secret.removed": {
    summary: "A secret was removed",
    data: z.strictObject({ clientId, keyId, source }),
  },
  "secret.renamed": {
    summary: "A secret was renamed in the directory",
    data: z.strictObject({ clientId, keyId, displayName: z.string(), source }),
  },
  "secret.rotated": {
    summary:
      "A client has a new secret in the place of another one, which goes when the grace is over",
    data: z.strictObject({
      clientId,
      keyId: keyId.describe("Id of the new secret"),
      displayName: z.string(),
      expiresAt: instant,
      replaced: z.guid().describe("Id of the secret that it replaces"),
      retiresAt: instant.describe("When that one is removed; it may have been already"),
    }),
  },
  "secret.rescheduled": {
    summary: "A secret is removed at another time than was said before, or stays",
    data: z.strictObject({
      clientId,
      keyId,
      retiresAt: instant.optional().describe("Absent: it stays until it expires"),
    }),
  },
  "secret.retired": {
    summary: "A secret that was replaced has been removed",
    data: z.strictObject({ clientId, keyId }),
  },
  "secret.expiring": {
    summary: "A secret ends soon, and has not been replaced",
    data: z.strictObject({ ...ending, threshold }),
  },
  "secret.expired": {
    summary: "A secret has expired: nothing gets a token with it any more",
    data: z.strictObject(ending),
  },
  "certificate.created": {
    summary: "A client has a new certificate",
    data: z.strictObject({ ...named, thumbprint, source }),
  },
  "certificate.removed": {
    summary: "A certificate was removed",
    data: z.strictObject({ ...certificate, source }),
  },
  "certificate.renamed": {
    summary: "A certificate was renamed in the directory",
    data: z.strictObject({ ...certificate, displayName: z.string(), source }),
  },
  "certificate.rotated": {
    summary:
      "A client has a new certificate in the place of another one, which goes when the grace is over",
    data: z.strictObject({
      ...named,
      thumbprint,
      replaced: z.guid().describe("Id of the certificate that it replaces"),
      retiresAt: instant.describe("When that one is removed; it may have been already"),
    }),
  },
  "certificate.rescheduled": {
    summary: "A certificate is removed at another time than was said before, or stays",
    data: z.strictObject({
      ...certificate,
      retiresAt: instant.optional().describe("Absent: it stays until it expires"),
    }),
  },
  "certificate.retired": {
    summary: "A certificate that was replaced has been removed",
    data: z.strictObject(certificate),
  },
  "certificate.expiring": {
    summary: "A certificate ends soon, and has not been replaced",
    data: z.strictObject({ ...named, threshold }),
  },
  "certificate.expired": {
    summary: "A certificate has expired: nothing gets a token with it any more",
    data: z.strictObject(named),
  },
  "federated-credential.created": {
    summary: "A client may prove itself by tokens of another issuer",
    data: z.strictObject({
      ...{ clientId, credentialId, kind: federated },
      displayName: z.string(),
      issuer: z.string().describe("Whose tokens: their `iss`"),
      subject: z.string().describe("Of whom: their `sub`"),
      audience: z.string().describe("For whom: their `aud`"),
    }),
  },
  "federated-credential.removed": {
    summary: "A client may do so no more; tokens that it has bought live until they expire",
    data: z.strictObject({ clientId, credentialId, kind: federated }),
  },
  "consent.requested": {
    summary: "A new client waits for an administrator",
    data: z.strictObject({
      clientId,
      dueAt,
      roles: roles.optional(),
      requestedBy: actor.optional(),
      customer: customer.optional(),
    }),
  },
  "consent.reminded": {
    summary: "Administrators were reminded before the due time",
    data: z.strictObject({ clientId, dueAt, threshold }),
  },
  "consent.breached": {
    summary: "The due time has passed and nobody has decided",
    data: z.strictObject({ clientId, dueAt, threshold }),
  },
  "consent.escalated": {
    summary: "Still nobody has decided",
    data: z.strictObject({ clientId, dueAt, threshold }),
  },
  "consent.granted": {
    summary: "An administrator has consented",
    data: z.strictObject({ clientId, decidedAt, decidedBy }),
  },
  "consent.rejected": {
    summary: "An administrator has rejected the client",
    data: z.strictObject({ clientId, decidedAt, decidedBy, reason: z.string() }),
  },
  "consent.drifted": {
    summary: "A client was granted more than it asked for",
    data: z.strictObject({
      clientId,
      excess: z
        .array(
          z.strictObject({
            resource: z.string().describe("The API: its name in the directory"),
            role: z.string().describe("Its value, or its id where the API is another one"),
            own: z.boolean().describe("Whether it is the API that clients ask for roles of"),
          }),
        )
        .describe(
          "What its tokens carry beyond that: the first 90, those of that API before others",
        ),
    }),
  },
  "consent.revoked": {
    summary: "A consent was withdrawn, in the directory or by an operator from here",
    data: z.strictObject({ clientId, decidedAt, decidedBy, reason: z.string().optional() }),
  },
};
