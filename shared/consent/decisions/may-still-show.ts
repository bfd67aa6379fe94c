import type { Consent } from "../../clients/consent.ts";
import { LATE_FOR_MS } from "../../clients/late.ts";

/**
 * What an operator has revoked from here a replica of the directory may go on showing for a while: that is no new grant.
 */
export const mayStillShow = ({ state, decidedAt, decidedBy }: Consent, now: Date): boolean =>
  state === "revoked" &&
  decidedBy?.kind === "operator" &&
  decidedAt !== undefined &&
  now.getTime() - decidedAt.getTime() < LATE_FOR_MS;
