import type { Form } from "../shared/form.ts";
import type { About, Client, HeldSecret, Keyless, NewSecret, Secret } from "../shared/shapes.ts";
import type { ShownActivity } from "../shared/timeline.ts";
import type { Trouble } from "../shared/trouble.ts";
import type { CareState } from "./care-state.ts";
import type { DeletedClients } from "./deleted.ts";
import type { Held } from "./held.ts";
import type { KeysState } from "./keys-state.ts";
import type { Order } from "./list-order.ts";
import type { Watching } from "./watch.ts";

export interface OfSecret {
  readonly client: Client;
  readonly secret: Secret;
}

/** Dialogs of the part that is loaded later. */
export type CareDialog =
  | ({ readonly kind: "reschedule" | "snooze" } & OfSecret)
  | {
      readonly kind: "calendar-end" | "calendar-new" | "webhook-remove" | "webhook-rotate";
      readonly client?: undefined;
    };

/** Dialogs of the other part that is loaded later. */
export type KeysDialog =
  | { readonly kind: "add-certificate" | "add-federated"; readonly client: Client }
  | {
      readonly kind: "rotate-certificate" | "remove-credential";
      readonly client: Client;
      readonly credential: Keyless;
    };

export interface RotateDialog extends OfSecret {
  readonly kind: "rotate-secret";
  /** Those that hold the places, where there was no room for a new one: one of them has to go. */
  readonly places?: readonly HeldSecret[];
}

/** A form in a dialog. It is about the client it was opened on, whatever the page shows by now. */
export type ClientsDialog =
  | {
      readonly kind: "add-secret" | "rename" | "delete" | "suspend" | "resume";
      readonly client: Client;
    }
  | ({ readonly kind: "remove-secret" } & OfSecret)
  | RotateDialog
  | CareDialog
  | KeysDialog;

/** A value that is on screen this once. No other place in the page holds it. */
export interface Once {
  readonly client: Client;
  readonly secret: NewSecret;
  /** Copied, downloaded, or taken along in a sample. */
  readonly copied: boolean;
  /** When the one that it takes the place of goes. */
  readonly oldEndsAt?: string;
  /** Closing was asked for before the value was copied. */
  readonly unsure: boolean;
}

/** A secret that was asked for and may exist, although no answer came. */
export interface LostSecret {
  readonly clientId: string;
  readonly displayName: string;
  /** Those that were there before; none of them is it. */
  readonly known: ReadonlySet<string>;
}

export interface ClientActivity extends ShownActivity {
  readonly clientId: string;
}

/** All that `<latchkey-clients>` knows. Replaced field by field, never shared between elements. */
export interface ClientsState {
  /** Nothing before the first answer. */
  items: readonly Client[] | undefined;
  listTrouble: Trouble | undefined;
  loadedAt: number;
  filter: string;
  order: Order;
  /** The opened client's own trouble and the validator of what was read. */
  clientTrouble: Trouble | undefined;
  etag: string | undefined;
  form: Form | undefined;
  dialog: ClientsDialog | undefined;
  /** The values on screen, the newest last: it is the one on top. */
  once: readonly Once[];
  /** Requests for a secret or a certificate whose answer has not come: leaving now would lose it, or its key. */
  awaited: number;
  lost: readonly LostSecret[];
  /** `keyId` of secrets whose value nobody here has kept. */
  unseen: ReadonlySet<string>;
  /** What is about to be removed or deleted, and can be taken back. */
  held: readonly Held[];
  deleted: DeletedClients;
  watching: Watching | undefined;
  care: CareState;
  keys: KeysState;
  /** Who did what to the opened client, once that was asked for. */
  activity: ClientActivity | undefined;
  /** What the service allows, once it has said so. */
  about: About | undefined;
}

export const emptyState = (): ClientsState => ({
  items: undefined,
  listTrouble: undefined,
  loadedAt: 0,
  filter: "",
  order: "newest",
  clientTrouble: undefined,
  etag: undefined,
  form: undefined,
  dialog: undefined,
  once: [],
  awaited: 0,
  lost: [],
  unseen: new Set(),
  held: [],
  deleted: {},
  watching: undefined,
  care: {},
  keys: {},
  activity: undefined,
  about: undefined,
});
