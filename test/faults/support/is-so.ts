import type { Activity } from "../../../shared/clients/activity.ts";
import type { State } from "./state-of.ts";

/** Whether it is as an entry says it was made, or has been changed since by another one. */
export function isSo(entry: Activity, state: State, done: ReadonlyMap<string, unknown>): boolean {
  const { action, clientId = "", credentialId = "", subscription, detail } = entry;
  const isDeleted = done.has(`client.deleted ${clientId}`);
  switch (action) {
    case "client.created":
      return state.names.has(clientId) || isDeleted;
    case "client.deleted":
      return !state.names.has(clientId) || done.has(`client.restored ${clientId}`);
    case "client.restored":
      return state.names.has(clientId);
    case "client.purged":
      return !state.names.has(clientId) && !state.found.deleted.has(clientId);
    case "client.renamed":
      return state.names.get(clientId) === detail?.["displayName"] || isDeleted;
    case "secret.created":
    case "secret.rotated":
      return (
        state.secrets.has(credentialId) ||
        done.has(`secret.removed ${credentialId}`) ||
        done.has(`secret.retired ${credentialId}`) ||
        isDeleted
      );
    case "certificate.created":
    case "certificate.rotated":
      return state.keys.has(credentialId) || done.has(`certificate.removed ${credentialId}`);
    case "federated-credential.created":
      return (
        state.keys.has(credentialId) || done.has(`federated-credential.removed ${credentialId}`)
      );
    case "certificate.removed":
    case "federated-credential.removed":
      return !state.keys.has(credentialId);
    case "secret.rescheduled":
      return true;
    case "secret.removed":
    case "secret.retired":
      return !state.secrets.has(credentialId);
    case "client.suspended":
      return state.disabled.has(clientId) || done.has(`client.resumed ${clientId}`) || isDeleted;
    case "client.resumed":
      // By operators: what its customer has stopped before stays so.
      return (
        !state.disabled.has(clientId) || state.records.get(clientId)?.suspended?.by === "customer"
      );
    case "consent.granted":
      return state.granted.has(clientId) || done.has(`consent.revoked ${clientId}`);
    case "consent.rejected":
      return state.records.get(clientId)?.consent.state === "rejected";
    case "consent.revoked":
      return !state.granted.has(clientId);
    case "subscription.suspended":
      return state.suspended.has(subscription) || done.has(`subscription.resumed ${subscription}`);
    case "subscription.offboarding":
      return (
        state.offboarded.has(subscription) ||
        done.has(`subscription.offboard-cancelled ${subscription}`) ||
        (done.has(`subscription.offboarded ${subscription}`) &&
          done.has(`subscription.resumed ${subscription}`))
      );
    case "subscription.offboarded":
      return ![...state.records.values()].some((record) => record.subscription === subscription);
    case "subscription.offboard-cancelled":
    case "subscription.resumed":
      return !state.suspended.has(subscription);
    case "subscription.blocked":
      return state.blocked.has(subscription) || done.has(`subscription.unblocked ${subscription}`);
    case "subscription.unblocked":
      return !state.blocked.has(subscription);
    default:
      return false;
  }
}
