import type { Activity } from "../../shared/clients/activity.ts";
import type { By } from "../../shared/clients/actor.ts";
import type { ClientRecord } from "../../shared/clients/client.ts";
import { EXCHANGE_AUDIENCE } from "../../shared/clients/federated/federated.ts";
import type { RoleMeanings } from "../../shared/clients/role-meaning.ts";
import type { SecretRecord } from "../../shared/clients/secret-record.ts";
import type { Operation, UnderWay } from "../../shared/operations/admission/operation.ts";

/** Plain examples of the product's nouns; a test names what it is about and takes the rest from here. */

export const newId = (): string => crypto.randomUUID();

export const NOON = new Date("2026-03-02T12:00:00.000Z");

export const later = (milliseconds: number, than = NOON): Date =>
  new Date(than.getTime() + milliseconds);

/** Who asks, where a test does not care. */
export const ANN: By = {
  actor: {
    kind: "customer",
    issuer: "https://customers.example",
    subject: "ann",
    displayName: "Ann",
  },
  requestId: "a-request",
};

export const OLGA: By = {
  actor: {
    kind: "operator",
    issuer: "https://operators.example",
    subject: "olga",
    displayName: "Olga",
  },
  requestId: "an-operators-request",
};

export const anActivity = (changes: Partial<Activity> = {}): Activity => ({
  id: newId(),
  at: NOON,
  by: ANN,
  action: "client.renamed",
  subscription: "contoso",
  outcome: "done",
  ...changes,
});

export function aRecord(changes: Partial<ClientRecord> = {}): ClientRecord {
  return {
    id: newId(),
    appId: newId(),
    subscription: "contoso",
    displayName: "A client",
    roles: ["api.read", "api.write"],
    createdAt: NOON,
    operationId: newId(),
    revision: 1,
    consent: {
      state: "pending",
      requestedAt: NOON,
      dueAt: later(86_400_000),
      slaHours: 24,
      remindersSent: 0,
    },
    ...changes,
  };
}

export const aSecretRecord = (changes: Partial<SecretRecord> = {}): SecretRecord => ({
  subscription: "contoso",
  clientId: newId(),
  keyId: newId(),
  displayName: "Production",
  createdAt: NOON,
  expiresAt: later(90 * 86_400_000),
  createdBy: ANN.actor,
  source: "service",
  told: [],
  ...changes,
});

export function anOperation<Kind extends Operation>(
  operation: Kind,
  changes: Partial<Omit<UnderWay, "operation">> = {},
): UnderWay<Kind> {
  return {
    operationId: newId(),
    subscription: "contoso",
    operation,
    startedAt: NOON,
    touchedAt: NOON,
    turn: 0,
    by: ANN,
    ...changes,
  };
}

export const ROLE_MEANINGS: RoleMeanings = {
  "api.read": { description: "Read data", risk: "low" },
  "api.write": { description: "Change data", risk: "high" },
  "keys.rotate": { description: "Rotate its own secrets", risk: "low" },
};

/** An issuer's tokens that a client trusts. */
export const TRUST = {
  displayName: "github-main",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:octo-org/octo-repo:ref:refs/heads/main",
  audience: EXCHANGE_AUDIENCE,
};
