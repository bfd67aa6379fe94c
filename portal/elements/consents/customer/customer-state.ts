import type { Form } from "../../shared/form.ts";
import type { Client, Subscription } from "../../shared/shapes.ts";
import type { ShownActivity } from "../../shared/timeline.ts";
import type { StopKind } from "../stops.ts";

/** What operators can do to a whole customer. */
export type CustomerAction = Extract<StopKind, `${string}-subscription`>;

/** All that is known of the one customer that is shown. */
export interface CustomerState {
  readonly subscription: string;
  readonly stops: Subscription;
  readonly clients: readonly Client[];
  readonly activity: ShownActivity;
  readonly dialog?: { readonly kind: CustomerAction; readonly form: Form } | undefined;
}
