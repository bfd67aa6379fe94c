import type { Msg } from "./msg.ts";

/** What there is to say of an entry of activity. */
export const activityTexts = (msg: Msg) => ({
  activityTitle: msg("Activity", { id: "activityTitle" }),
  activityNone: msg("Nothing has happened yet.", { id: "activityNone" }),
  /** By action. Others may come: their names then stand for themselves. */
  actions: {
    "client.created": msg("Client created", { id: "actions.client.created" }),
    "client.renamed": msg("Client renamed", { id: "actions.client.renamed" }),
    "client.deleted": msg("Client deleted", { id: "actions.client.deleted" }),
    "client.suspended": msg("Client suspended", { id: "actions.client.suspended" }),
    "client.resumed": msg("Client resumed", { id: "actions.client.resumed" }),
    "client.restored": msg("Client restored", { id: "actions.client.restored" }),
    "client.purged": msg("Client removed for good", { id: "actions.client.purged" }),
    "secret.created": msg("Secret added", { id: "actions.secret.created" }),
    "secret.removed": msg("Secret removed", { id: "actions.secret.removed" }),
    "secret.renamed": msg("Secret renamed", { id: "actions.secret.renamed" }),
    "secret.rotated": msg("Secret rotated", { id: "actions.secret.rotated" }),
    "secret.retired": msg("Old secret removed after its time", { id: "actions.secret.retired" }),
    "secret.rescheduled": msg("Time of a secret changed", { id: "actions.secret.rescheduled" }),
    "secret.expiring": msg("Secret expires soon", { id: "actions.secret.expiring" }),
    "secret.expired": msg("Secret expired", { id: "actions.secret.expired" }),
    "federated-credential.created": msg("Federated credential added", {
      id: "actions.federated-credential.created",
    }),
    "federated-credential.removed": msg("Federated credential removed", {
      id: "actions.federated-credential.removed",
    }),
    "consent.requested": msg("Consent requested", { id: "actions.consent.requested" }),
    "consent.granted": msg("Consent granted", { id: "actions.consent.granted" }),
    "consent.rejected": msg("Consent rejected", { id: "actions.consent.rejected" }),
    "consent.revoked": msg("Consent withdrawn", { id: "actions.consent.revoked" }),
    "consent.drifted": msg("More granted than asked for", { id: "actions.consent.drifted" }),
    "subscription.suspended": msg("All clients suspended", {
      id: "actions.subscription.suspended",
    }),
    "subscription.resumed": msg("All clients resumed", { id: "actions.subscription.resumed" }),
    "subscription.blocked": msg("New clients blocked", { id: "actions.subscription.blocked" }),
    "subscription.unblocked": msg("New clients allowed again", {
      id: "actions.subscription.unblocked",
    }),
    "subscription.offboarding": msg("Offboarding begun", {
      id: "actions.subscription.offboarding",
    }),
    "subscription.offboarded": msg("Offboarded", { id: "actions.subscription.offboarded" }),
    "subscription.offboard-cancelled": msg("Offboarding called off", {
      id: "actions.subscription.offboard-cancelled",
    }),
    "operation.parked": msg("A change was set aside", { id: "actions.operation.parked" }),
    "operation.retried": msg("A change was tried again", { id: "actions.operation.retried" }),
    "operation.given-up": msg("A change was given up", { id: "actions.operation.given-up" }),
    "webhook.changed": msg("Webhook changed", { id: "actions.webhook.changed" }),
    "webhook.test": msg("Test", { id: "actions.webhook.test" }),
    "webhook.disabled": msg("Webhook switched off", { id: "actions.webhook.disabled" }),
  } as Readonly<Record<string, string>>,
  actors: {
    customer: msg("The customer", { id: "actors.customer" }),
    operator: msg("An administrator", { id: "actors.operator" }),
    client: msg("A program of the customer", { id: "actors.client" }),
    service: msg("This service", { id: "actors.service" }),
    directory: msg("Somebody in the directory", { id: "actors.directory" }),
  },
  outcomes: {
    refused: msg("refused", { id: "outcomes.refused" }),
    unavailable: msg("did not come about", { id: "outcomes.unavailable" }),
    undone: msg("taken back", { id: "outcomes.undone" }),
    "given-up": msg("given up", { id: "outcomes.given-up" }),
  },
});
