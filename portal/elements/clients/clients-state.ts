import type { Form } from "../shared/form.ts";
import type { Client, NewSecret, Secret } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";

/** Which dialog is open. The one with a secret's value is the only place in the page that holds it. */
export type ClientsDialog =
  | { readonly kind: "add-secret" | "rename" | "delete" }
  | { readonly kind: "remove-secret"; readonly secret: Secret }
  | {
      readonly kind: "secret-once";
      readonly secret: NewSecret;
      readonly copied: boolean;
      /** Closing was asked for before the value was copied. */
      readonly unsure: boolean;
    };

/** All that `<latchkey-clients>` knows. Replaced field by field, never shared between elements. */
export interface ClientsState {
  /** Nothing before the first answer. */
  items: readonly Client[] | undefined;
  nextCursor: string | undefined;
  loadingMore: boolean;
  listTrouble: Trouble | undefined;
  loadedAt: number;
  filter: string;
  /** The opened client's own trouble and the validator of what was read. */
  clientTrouble: Trouble | undefined;
  etag: string | undefined;
  form: Form | undefined;
  dialog: ClientsDialog | undefined;
}

export const emptyState = (): ClientsState => ({
  items: undefined,
  nextCursor: undefined,
  loadingMore: false,
  listTrouble: undefined,
  loadedAt: 0,
  filter: "",
  clientTrouble: undefined,
  etag: undefined,
  form: undefined,
  dialog: undefined,
});

/** The newest first; by id where two were made at once, so that the order is the same each time. */
export const newestFirst = (items: readonly Client[]): readonly Client[] =>
  items.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id));
