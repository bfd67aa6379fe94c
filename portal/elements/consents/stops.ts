import type { ShownConsent } from "../shared/shapes.ts";
import type { Texts } from "../texts/texts.ts";

/** What operators can stop and let go on, from the page of one request or of one customer. */
export type StopKind =
  | "suspend"
  | "resume"
  | "revoke"
  | "suspend-subscription"
  | "resume-subscription"
  | "block-subscription"
  | "unblock-subscription"
  | "offboard-subscription"
  | "cancel-offboard";

interface StopTexts {
  readonly label: string;
  /** What it comes to, before it is done. */
  readonly detail: string;
  /** What takes something away: it is asked for a reason, which the customer is told. */
  readonly takesAway: boolean;
}

export function textsOf(t: Texts, kind: StopKind): StopTexts {
  switch (kind) {
    case "suspend":
      return { label: t.suspend, detail: t.suspendDetail, takesAway: true };
    case "resume":
      return { label: t.resume, detail: t.resumeDetail, takesAway: false };
    case "revoke":
      return { label: t.revoke, detail: t.revokeDetail, takesAway: true };
    case "suspend-subscription":
      return { label: t.suspendAll, detail: t.suspendAllDetail, takesAway: true };
    case "resume-subscription":
      return { label: t.resumeAll, detail: t.resumeAllDetail, takesAway: false };
    case "block-subscription":
      return { label: t.block, detail: t.blockDetail, takesAway: true };
    case "unblock-subscription":
      return { label: t.unblock, detail: t.unblockDetail, takesAway: false };
    case "offboard-subscription":
      return { label: t.offboard, detail: t.offboardDetail, takesAway: true };
    case "cancel-offboard":
      return { label: t.offboardCancel, detail: t.offboardCancelDetail, takesAway: false };
  }
}

/** Who has stopped it, since when, and why. */
export const stoppedText = (
  t: Texts,
  { by, reason }: NonNullable<ShownConsent["suspended"]>,
  at: string,
): string => (by === "customer" ? t.suspendedByItsCustomer : t.suspendedText)(at, reason);

export const isOfSubscription = (kind: StopKind): boolean =>
  kind.endsWith("-subscription") || kind === "cancel-offboard";

/** What a dialog about it is called by. */
export const nameOf = (kind: StopKind, item: ShownConsent): string =>
  isOfSubscription(kind) ? item.subscription : item.displayName;

/** What makes sense as things stand; the service has the last word. */
export function stopsOf({ suspended, stops, consent, automaticGrant }: ShownConsent): {
  readonly client: readonly StopKind[];
  readonly subscription: readonly StopKind[];
} {
  // Stopped with its subscription it goes on with it, and not alone; what its customer has stopped only they let go on.
  const alone = suspended?.by === "operator" && !stops?.suspended ? "resume" : "suspend";
  const isRevocable = consent.state === "granted" && automaticGrant;
  return {
    client: [alone, ...(isRevocable ? (["revoke"] as const) : [])],
    subscription: [
      stops?.suspended ? "resume-subscription" : "suspend-subscription",
      stops?.blocked ? "unblock-subscription" : "block-subscription",
    ],
  };
}
