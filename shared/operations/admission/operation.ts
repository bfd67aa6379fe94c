import type { By } from "../../clients/actor.ts";
import type { Role } from "../../clients/client.ts";
import type { CertificateFacts } from "../../clients/credential.ts";
import type { Watcher } from "../../clients/watch.ts";

/** A change from its admission to its end. */
export type Operation =
  | CreateOperation
  | AddSecretOperation
  | RemoveSecretOperation
  | RotateSecretOperation
  | AddCertificateOperation
  | RemoveCertificateOperation
  | RotateCertificateOperation
  | RetireSecretOperation
  | MoveRetirementOperation
  | AddFederatedOperation
  | RemoveFederatedOperation
  | RenameOperation
  | DeleteOperation
  | RestoreOperation
  | PurgeOperation
  | SuspendOperation
  | ResumeOperation;

/** What the key of a request tells its operation by, if it has one. */
interface Keyed {
  /** SHA-256 of the caller's idempotency key. */
  readonly keyHash?: string | undefined;
}

export interface CreateOperation extends Keyed {
  readonly kind: "create";
  readonly displayName: string;
  readonly roles: readonly Role[];
  /** Who asked, as administrators may know them. Never in a log. */
  readonly requestedBy: string;
  /** Who is told by mail of what comes of its secrets. */
  readonly watcher?: Watcher | undefined;
  /**
   * The client registers itself: the secret that it is made with, whose value is in the directory's one answer. Without that
   * answer nobody can use the client, so such a create that was abandoned is undone.
   */
  readonly secret?: FirstSecret | undefined;
}

export interface FirstSecret {
  readonly displayName: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface AddSecretOperation extends Keyed {
  readonly kind: "add-secret";
  readonly clientId: string;
  /** Name, start and end are set by us to the millisecond: together they tell this secret from any other. */
  readonly displayName: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** Its caller knew that the client might be left without a credential. */
interface Removes {
  readonly evenLast?: boolean | undefined;
}

export interface RemoveSecretOperation extends Removes {
  readonly kind: "remove-secret";
  readonly clientId: string;
  readonly keyId: string;
}

/** A new secret, as `AddSecretOperation` has it, and the end of the one whose place it takes. */
export interface RotateSecretOperation extends Keyed {
  readonly kind: "rotate-secret";
  readonly clientId: string;
  readonly displayName: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** The secret that it replaces. */
  readonly keyId: string;
  /** When that one is removed; at once if it is no later than `createdAt`. */
  readonly retiresAt: string;
  /** The secret that goes first where there is no room for another one. */
  readonly replaces?: string | undefined;
}

/** A certificate, as it is on record when it has been added. Its id is chosen here, so that it can be told from any other. */
interface Registers extends Keyed {
  readonly clientId: string;
  readonly certificateId: string;
  readonly displayName: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly facts: CertificateFacts;
}

export interface AddCertificateOperation extends Registers {
  readonly kind: "add-certificate";
}

export interface RemoveCertificateOperation extends Removes {
  readonly kind: "remove-certificate";
  readonly clientId: string;
  readonly keyId: string;
}

export interface RotateCertificateOperation extends Registers {
  readonly kind: "rotate-certificate";
  /** The certificate that it replaces. */
  readonly keyId: string;
  /** When that one is removed; with the same write if it is no later than the operation began. */
  readonly retiresAt: string;
}

/** The removal of what was replaced and whose time has come, by the service: it is charged to nobody's limits. */
export interface RetireSecretOperation {
  readonly kind: "retire-secret";
  readonly clientId: string;
  readonly keyId: string;
  /** A secret where it is left out. */
  readonly of?: "certificate" | undefined;
}

export interface MoveRetirementOperation {
  readonly kind: "move-retirement";
  readonly clientId: string;
  readonly keyId: string;
  /** Nothing: it stays. */
  readonly retiresAt?: string | undefined;
  /** A secret where it is left out. */
  readonly of?: "certificate" | undefined;
}

/** Whoever ends it makes it: nothing in it is known to its caller only. */
export interface AddFederatedOperation extends Keyed {
  readonly kind: "add-federated";
  readonly clientId: string;
  readonly displayName: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

export interface RemoveFederatedOperation extends Removes {
  readonly kind: "remove-federated";
  readonly clientId: string;
  readonly credentialId: string;
}

export interface RenameOperation {
  readonly kind: "rename";
  readonly clientId: string;
  readonly displayName: string;
}

/** A customer's, unless its whole subscription ends. */
export interface DeleteOperation {
  readonly kind: "delete";
  readonly clientId: string;
  readonly withSubscription?: string | undefined;
}

/** On whose behalf it is; an operator's where nobody is named, as on rows from before customers could. */
interface OnBehalf extends Keyed {
  readonly as?: "customer" | "operator" | undefined;
}

/** Brings a deleted client back: it takes a place, as a new one does. */
export interface RestoreOperation extends OnBehalf {
  readonly kind: "restore";
  readonly clientId: string;
}

/** Deletes a deleted client for good. */
export interface PurgeOperation {
  readonly kind: "purge";
  readonly clientId: string;
}

/** An operator's is charged to nobody's limits. */
export interface SuspendOperation extends OnBehalf {
  readonly kind: "suspend";
  readonly clientId: string;
  readonly reason: string;
  /** The operation on the whole subscription that this is part of. */
  readonly withSubscription?: string | undefined;
}

export interface ResumeOperation extends OnBehalf {
  readonly kind: "resume";
  readonly clientId: string;
  readonly withSubscription?: string | undefined;
}

/** An operation that has been admitted and has not ended. */
export interface UnderWay<Kind extends Operation = Operation> {
  readonly operationId: string;
  readonly subscription: string;
  readonly operation: Kind;
  readonly startedAt: Date;
  /** When somebody last took it up. */
  readonly touchedAt: Date;
  /** How often it has been taken over from whoever worked on it: whose turn it is. */
  readonly turn: number;
  /** When it was first set aside, if an operator has had it taken up again since: others may have changed its client from then on. */
  readonly parkedAt?: Date | undefined;
  /** Who asked for it: whoever ends it leaves that on the record. */
  readonly by: By;
  /** Noted by whoever undoes it, before that is done. */
  readonly takesBack?: TakesBack | undefined;
  /** Its subscription had no webhook when it was admitted. Known to its own worker only: whoever takes it over is later. */
  readonly noWebhook?: boolean;
}

/** Secrets that are taken back, for their value has reached nobody. */
export interface TakesBack {
  readonly clientId: string;
  readonly keyIds: readonly string[];
}

/** An operation in the hands of one worker, until somebody else takes it over. */
export interface Held<Kind extends Operation = Operation> {
  readonly entry: UnderWay<Kind>;
  readonly version: string;
}

export const isKind = <Kind extends Operation["kind"]>(
  held: Held,
  kind: Kind,
): held is Held<Extract<Operation, { kind: Kind }>> => held.entry.operation.kind === kind;

/** Whether it counts against the customer's limits. What operators and the service do has to work when those are used up. */
export function isCharged(operation: Operation): boolean {
  switch (operation.kind) {
    case "suspend":
    case "resume":
    case "restore":
      return operation.as === "customer";
    case "purge":
    case "retire-secret":
      return false;
    case "delete":
      return operation.withSubscription === undefined;
    default:
      return true;
  }
}

/** Whether it has one of the subscription's places from its admission on. */
export const takesPlace = ({ kind }: Pick<Operation, "kind">): boolean =>
  kind === "create" || kind === "restore";

/** Whether it is about a client that has been deleted. */
export const isOfDeleted = ({ kind }: Pick<Operation, "kind">): boolean =>
  kind === "restore" || kind === "purge";

/** What the operation holds for itself alone: its client, or, before there is one, its own id. */
export const holderOf = ({
  operation,
  operationId,
}: Pick<UnderWay, "operation" | "operationId">) =>
  operation.kind === "create" ? operationId : operation.clientId;

export const keyHashOf = (operation: Operation): string | undefined =>
  "keyHash" in operation ? operation.keyHash : undefined;
