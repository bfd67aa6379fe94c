import type { Activity, ActivityDetail, ActivityOutcome } from "../../clients/activity.ts";
import type { By } from "../../clients/actor.ts";
import type { ClientEventType } from "../../events/client-event.ts";
import type {
  CreateOperation,
  DeleteOperation,
  Operation,
  ResumeOperation,
  SuspendOperation,
  UnderWay,
} from "./operation.ts";

/** What a change came to, in the words of its entry. */
export interface Came {
  readonly outcome: ActivityOutcome;
  /** Of what a create has made. */
  readonly clientId?: string | undefined;
  /** Of the credential that was added. */
  readonly credentialId?: string | undefined;
  /** Why it came to nothing. */
  readonly reason?: string | undefined;
}

/** What each kind of change is called, in events as in entries. */
const ACTIONS: Readonly<Record<Operation["kind"], ClientEventType>> = {
  create: "client.created",
  rename: "client.renamed",
  delete: "client.deleted",
  restore: "client.restored",
  purge: "client.purged",
  "add-secret": "secret.created",
  "remove-secret": "secret.removed",
  "rotate-secret": "secret.rotated",
  "add-certificate": "certificate.created",
  "remove-certificate": "certificate.removed",
  "rotate-certificate": "certificate.rotated",
  "retire-secret": "secret.retired",
  "move-retirement": "secret.rescheduled",
  "add-federated": "federated-credential.created",
  "remove-federated": "federated-credential.removed",
  suspend: "client.suspended",
  resume: "client.resumed",
};

/** Two kinds of changes are of credentials of any kind. */
function actionOf(operation: Operation): ClientEventType {
  const isOfCertificate = "of" in operation && operation.of === "certificate";
  if (!isOfCertificate) return ACTIONS[operation.kind];
  return operation.kind === "retire-secret" ? "certificate.retired" : "certificate.rescheduled";
}

/**
 * The entry of an operation, whoever ends it: by whom it was asked for, under an id made from the operation's.
 *
 * @param at when it ends
 */
export function activityOf(entry: UnderWay, at: Date, came: Came): Activity {
  const { operation, operationId, subscription, by, turn } = entry;
  const action = actionOf(operation);
  const clientId = operation.kind === "create" ? came.clientId : operation.clientId;
  const credentialId = credentialOf(operation) ?? came.credentialId;
  return {
    id: `${operationId}:${action}`,
    at,
    by,
    action,
    subscription,
    ...(clientId !== undefined && { clientId }),
    ...(credentialId !== undefined && { credentialId }),
    outcome: came.outcome,
    detail: {
      ...detailOf(operation),
      ...(came.reason !== undefined && { reason: came.reason }),
      // Taken over from the host that had begun it.
      ...(turn > 0 && { endedBy: "service" }),
    },
  };
}

/** The credential that it is about from its admission on. */
function credentialOf(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "remove-secret":
    case "remove-certificate":
    case "retire-secret":
    case "move-retirement":
      return operation.keyId;
    case "remove-federated":
      return operation.credentialId;
    default:
      return undefined;
  }
}

/** The entry of the secret that a client was made with, beside that of the client. */
export const firstSecretActivity = (
  { operationId, subscription, by, operation }: UnderWay<CreateOperation>,
  at: Date,
  made: Required<Pick<Activity, "clientId" | "credentialId">>,
): Activity => ({
  id: `${operationId}:secret.created`,
  at,
  by,
  action: "secret.created",
  subscription,
  outcome: "done",
  ...made,
  ...(operation.secret && {
    detail: {
      displayName: operation.secret.displayName,
      expiresAt: operation.secret.expiresAt,
    },
  }),
});

/** The entry of a secret that had to go for another one, in the change that made that. */
export const removalActivity = (
  { operationId, subscription, by }: UnderWay,
  at: Date,
  removed: {
    readonly action: "secret.removed" | "secret.retired" | "certificate.retired";
  } & Required<Pick<Activity, "clientId" | "credentialId">>,
): Activity => ({
  id: `${operationId}:${removed.action}`,
  at,
  by,
  subscription,
  outcome: "done",
  ...removed,
});

/**
 * What becomes of an operation that nobody could end: set aside by the service, tried again or given up by an operator. The
 * change itself has its own entry, when it ends.
 */
export function asideActivity(
  { operationId, subscription, operation, turn }: UnderWay,
  at: Date,
  by: By,
  what: { readonly action: AsideAction; readonly reason?: string },
): AsideActivity {
  const { action, reason } = what;
  return {
    // It may be set aside and tried again many times.
    id: `${operationId}:${action}:${turn}`,
    at,
    by,
    action,
    subscription,
    ...(operation.kind !== "create" && { clientId: operation.clientId }),
    outcome: "done",
    detail: { operationId, kind: operation.kind, ...(reason !== undefined && { reason }) },
  };
}

type AsideAction = "operation.parked" | "operation.retried" | "operation.given-up";
export type AsideActivity = Activity & { readonly action: AsideAction };

function detailOf(operation: Operation): ActivityDetail {
  switch (operation.kind) {
    case "create":
      return { displayName: operation.displayName, roles: operation.roles.join(" ") };
    case "rename":
      return { displayName: operation.displayName };
    case "add-secret":
      return { displayName: operation.displayName, expiresAt: operation.expiresAt };
    case "suspend":
      return { reason: operation.reason, ...wholeOf(operation) };
    case "resume":
      return wholeOf(operation);
    case "add-certificate":
      return {
        displayName: operation.displayName,
        expiresAt: operation.expiresAt,
        thumbprint: operation.facts.thumbprint,
      };
    case "rotate-certificate":
      return {
        displayName: operation.displayName,
        expiresAt: operation.expiresAt,
        thumbprint: operation.facts.thumbprint,
        replaced: operation.keyId,
        retiresAt: operation.retiresAt,
      };
    case "rotate-secret":
      return {
        displayName: operation.displayName,
        expiresAt: operation.expiresAt,
        replaced: operation.keyId,
        retiresAt: operation.retiresAt,
      };
    case "move-retirement":
      return operation.retiresAt === undefined ? {} : { retiresAt: operation.retiresAt };
    case "delete":
      return wholeOf(operation);
    case "add-federated": {
      const { displayName, issuer, subject, audience } = operation;
      return { displayName, issuer, subject, audience };
    }
    case "retire-secret":
    case "remove-secret":
    case "remove-certificate":
    case "remove-federated":
    case "restore":
    case "purge":
      return {};
  }
}

/** The operation on the whole subscription that it was part of. */
const wholeOf = ({
  withSubscription,
}: SuspendOperation | ResumeOperation | DeleteOperation): ActivityDetail =>
  withSubscription === undefined ? {} : { withSubscription };
