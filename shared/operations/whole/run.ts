import type { By } from "../../clients/actor.ts";
import type { RunKind } from "../../events/subscription-run.ts";
import type { Account } from "../admission/account.ts";

/** An operation on a whole subscription, as far as it has come. What is stopped already is on the clients' own rows. */
export interface Run {
  readonly operationId: string;
  readonly kind: RunKind;
  readonly subscription: string;
  readonly by: By;
  /** Of a suspension or a block; shown to the customer. */
  readonly reason?: string | undefined;
  readonly state: "running" | "done" | "cancelled" | "parked";
  /** Of an offboarding: from when on clients are deleted. */
  readonly deleteAt?: Date | undefined;
  /** Of an offboarding: all are stopped, and `done` counts those that are deleted. */
  readonly stopped?: boolean | undefined;
  /** Clients that are as they are to be, of those there are. */
  readonly done: number;
  readonly total: number;
  /** Clients that the directory refuses to change, and why. */
  readonly errors: readonly { readonly clientId: string; readonly problem: string }[];
  readonly createdAt: Date;
  readonly endedAt?: Date | undefined;
  /** The step that is to be taken next: whoever takes it raises it, so that of two hosts one does. */
  readonly step: number;
  /** Steps in a row that came to nothing. */
  readonly failures: number;
  /** When the message of that step is to come: one that is long overdue is lost. Not known of rows from before this was noted. */
  readonly nextAt?: Date | undefined;
  /** The client that was tried last. */
  readonly cursor?: string | undefined;
}

/** So many errors are noted: a longer list has no room in a column of 64 KB. */
export const MOST_ERRORS = 300;

export interface VersionedRun {
  readonly run: Run;
  readonly version: string;
}

/** All methods throw `RemoteUnavailable`. */
export interface RunRecords {
  open(run: Run): Promise<void>;
  find(operationId: string): Promise<VersionedRun | undefined>;
  /** All that there are: those under way, and those that have ended within 30 days. Operators' operations are few. */
  list(): AsyncIterable<Run>;
  /** Nothing: somebody else has changed it. */
  save(run: Run, version: string): Promise<VersionedRun | undefined>;
  /** Removes what ended before; how many that were. Operators' operations are few. */
  purge(before: Date): Promise<number>;
}

/** Whether the account says that this is what the subscription is to come to: a later operation may have reversed it. */
export function isWanted({ kind, operationId }: Run, account: Account): boolean {
  const { suspended, resumed, blocked, unblocked } = account;
  switch (kind) {
    case "suspend-subscription":
    case "offboard-subscription":
      return suspended?.operationId === operationId;
    case "resume-subscription":
    case "cancel-offboard":
      return !suspended && resumed === operationId;
    case "block-subscription":
      return blocked?.operationId === operationId;
    case "unblock-subscription":
      return !blocked && unblocked === operationId;
  }
}

/** The account as the operation would have it, written with the operation's entry of activity. */
export function changed(
  account: Account,
  { kind, operationId, reason = "", createdAt: at, deleteAt }: Run,
): Account {
  const { suspended, resumed, blocked, unblocked, ...rest } = account;
  const stop = { operationId, reason, at, ...(deleteAt && { deleteAt }) };
  const suspension = { ...(suspended && { suspended }), ...(resumed && { resumed }) };
  const block = { ...(blocked && { blocked }), ...(unblocked && { unblocked }) };
  switch (kind) {
    case "suspend-subscription":
    case "offboard-subscription":
      return { ...rest, ...block, suspended: stop };
    case "resume-subscription":
    case "cancel-offboard":
      return { ...rest, ...block, resumed: operationId };
    case "block-subscription":
      return { ...rest, ...suspension, blocked: stop };
    case "unblock-subscription":
      return { ...rest, ...suspension, unblocked: operationId };
  }
}

/** What an operation on a subscription is called, in events as in entries. */
export const RUN_EVENTS = {
  "suspend-subscription": "subscription.suspended",
  "resume-subscription": "subscription.resumed",
  "block-subscription": "subscription.blocked",
  "unblock-subscription": "subscription.unblocked",
  "offboard-subscription": "subscription.offboarding",
  "cancel-offboard": "subscription.offboard-cancelled",
} as const satisfies Record<RunKind, string>;
