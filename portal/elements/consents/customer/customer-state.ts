import type { Form } from "../../shared/form.ts";
import type { Client, ReportedClient, Subscription } from "../../shared/shapes.ts";
import type { ShownActivity } from "../../shared/timeline.ts";
import type { Trouble } from "../../shared/trouble.ts";
import type { StopKind } from "../stops.ts";

/** What operators can do to a whole customer. */
export type CustomerAction = Extract<StopKind, `${string}-subscription` | "cancel-offboard">;

/** A client that was deleted, with when. */
export type DeletedClient = ReportedClient & { readonly deletedAt: string };

/** Those that were deleted, once somebody has asked for them. */
export interface DeletedOnes {
  readonly items?: readonly DeletedClient[] | undefined;
  readonly trouble?: Trouble | undefined;
  /** The id of the one that is being brought back. */
  readonly restoring?: string | undefined;
}

export type CustomerDialog =
  | { readonly kind: CustomerAction; readonly form: Form }
  | { readonly kind: "purge"; readonly form: Form; readonly client: DeletedClient };

/** All that is known of the one customer that is shown. */
export interface CustomerState {
  readonly subscription: string;
  readonly stops: Subscription;
  readonly clients: readonly Client[];
  readonly activity: ShownActivity;
  readonly deleted?: DeletedOnes | undefined;
  /** While its report is read, and why it could not be. */
  readonly report?:
    | { readonly isBusy: boolean; readonly trouble?: Trouble | undefined }
    | undefined;
  readonly dialog?: CustomerDialog | undefined;
}
