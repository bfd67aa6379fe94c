import type {
  ConsentAlert,
  DigestAlert,
  IncidentAlert,
  PoisonAlert,
  StopAlert,
} from "../../shared/consent/alerts/alert.ts";
import { later, NOON, OLGA } from "./samples.ts";

/** An alert of each kind, sent at noon; a test names what it is about and takes the rest from here. */

export const CLIENT_ID = "22222222-2222-4222-8222-222222222222";
export const OPERATION_ID = "33333333-3333-4333-8333-333333333333";
export const QUEUE_URL = "https://latchkey.example/consents";
const APP_ID = "44444444-4444-4444-8444-444444444444";
const HOUR = 3_600_000;

export const aConsentAlert = (changes: Partial<ConsentAlert> = {}): ConsentAlert => ({
  id: `${OPERATION_ID}:requested`,
  stage: "requested",
  sentAt: NOON,
  ...{ clientId: CLIENT_ID, appId: APP_ID, displayName: "Nightly import", subscription: "contoso" },
  roles: [{ value: "api.write", description: "Change data", risk: "high" }],
  requestedBy: "Ann",
  requestedAt: later(-12 * HOUR),
  dueAt: later(12 * HOUR),
  grantUrl: `https://directory.example/${APP_ID}`,
  requestUrl: `${QUEUE_URL}/${CLIENT_ID}`,
  queueUrl: QUEUE_URL,
  ...changes,
});

export const aPoisonAlert = (changes: Partial<PoisonAlert> = {}): PoisonAlert => ({
  id: "consent:m-1:poison",
  stage: "poison",
  sentAt: NOON,
  ...{ queue: "consent", count: 1, messageId: "m-1", reason: "operationId: missing" },
  ...changes,
});

export const anIncidentAlert = (changes: Partial<IncidentAlert> = {}): IncidentAlert => ({
  id: "incident:parked",
  stage: "incident",
  sentAt: NOON,
  ...{ operationId: OPERATION_ID, subscription: "contoso", kind: "rename", reason: "parked" },
  queueUrl: QUEUE_URL,
  ...changes,
});

export const aStopAlert = (changes: Partial<StopAlert> = {}): StopAlert => ({
  id: `${OPERATION_ID}:subscription.suspended`,
  stage: "stop",
  sentAt: NOON,
  ...{ operationId: OPERATION_ID, subscription: "contoso", action: "subscription.suspended" },
  by: OLGA.actor,
  queueUrl: QUEUE_URL,
  ...changes,
});

export const aDigestItem = (
  changes: Partial<DigestAlert["items"][number]> = {},
): DigestAlert["items"][number] => ({
  ...{ clientId: CLIENT_ID, appId: APP_ID, subscription: "contoso", displayName: "Nightly import" },
  ...{ stage: "requested", dueAt: later(12 * HOUR) },
  ...changes,
});

export const aDigestStop = (
  changes: Partial<NonNullable<DigestAlert["stops"]>[number]> = {},
): NonNullable<DigestAlert["stops"]>[number] => ({
  id: `${OPERATION_ID}:subscription.suspended`,
  ...{ action: "subscription.suspended", subscription: "contoso", by: OLGA.actor },
  happenedAt: NOON,
  ...changes,
});

export const aDigestAlert = (changes: Partial<DigestAlert> = {}): DigestAlert => ({
  id: "digest:webhook:1",
  stage: "digest",
  sentAt: NOON,
  ...{ count: 1, items: [aDigestItem()], queueUrl: QUEUE_URL },
  ...changes,
});
