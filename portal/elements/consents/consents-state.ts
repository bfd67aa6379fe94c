import type { Form } from "../shared/form.ts";
import type { ConsentItem, Counts } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";

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
  items: readonly ConsentItem[] | undefined;
  nextCursor: string | undefined;
  loadingMore: boolean;
  trouble: Trouble | undefined;
  loadedAt: number;
  /** Which request is being checked right now, and what became of the last one. */
  checking: string;
  itemTrouble: { readonly clientId: string; readonly trouble: Trouble } | undefined;
  form: Form | undefined;
  dialog: { readonly kind: "grant" | "reject"; readonly item: ConsentItem } | undefined;
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
  form: undefined,
  dialog: undefined,
});
