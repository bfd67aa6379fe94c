import type { Form } from "../shared/form.ts";
import type { Counts, Operation, ShownConsent } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import type { CustomerState } from "./customer/customer-state.ts";
import type { StopKind } from "./stops.ts";

/** What a dialog is about. */
export type DialogKind = "grant" | "reject" | StopKind;

export type Shown = "pending" | "overdue" | "granted" | "rejected" | "revoked" | "drifted";
export const SHOWN: readonly Shown[] = [
  "pending",
  "overdue",
  "granted",
  "rejected",
  "revoked",
  "drifted",
];

/** All that `<latchkey-consents>` knows. */
export interface ConsentsState {
  shown: Shown;
  /** What is looked for; empty: everything. */
  text: string;
  counts: Counts | undefined;
  /** Nothing before the first answer. */
  items: readonly ShownConsent[] | undefined;
  nextCursor: string | undefined;
  loadingMore: boolean;
  trouble: Trouble | undefined;
  loadedAt: number;
  /** Which request is being checked right now, and what became of the last one. */
  checking: string;
  itemTrouble: { readonly clientId: string; readonly trouble: Trouble } | undefined;
  /** The operation on the whole subscription of the one request that is shown. */
  run: Operation | undefined;
  customer: CustomerState | undefined;
  form: Form | undefined;
  dialog: { readonly kind: DialogKind; readonly item: ShownConsent } | undefined;
}

export const emptyState = (): ConsentsState => ({
  shown: "pending",
  text: "",
  counts: undefined,
  items: undefined,
  nextCursor: undefined,
  loadingMore: false,
  trouble: undefined,
  loadedAt: 0,
  checking: "",
  itemTrouble: undefined,
  run: undefined,
  customer: undefined,
  form: undefined,
  dialog: undefined,
});
