import { done, type Outcome, refused } from "../../base/outcome.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ShownCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { ConsentRefusal } from "../reasons.ts";
import { findListed } from "./find-case.ts";
import { asShown, carry, type Deciding } from "./operate.ts";
import { againAfterMs, mustWait } from "./review-grant.ts";

/**
 * Takes the grant away in the directory, then records that. Asked for again it is answered as it is. Should the process die in
 * between, the next pass over the directory finds the grant gone. A grant that was there moments ago and that the directory does not
 * show is not taken for gone: what it does not show cannot be taken away, and would be found again later as a new grant. The caller
 * comes again; what is not shown then either has been taken away before.
 *
 * @throws RemoteUnavailable then, and when the directory is away
 */
export async function revokeConsent(
  deps: ConsentDeps & { readonly automaticGrant: boolean },
  clientId: string,
  reason: string,
  deciding: Deciding = {},
): Promise<Outcome<ShownCase, ConsentRefusal>> {
  if (!deps.automaticGrant) return refused({ reason: "revoke-not-enabled" });
  const any = await findListed(deps, clientId);
  if (!any.ok) return any;
  const { state } = any.value.found.consent;
  if (state === "revoked") return done(any.value.found);
  const found = asShown(any.value, deciding);
  if (!found.ok) return found;
  if (state !== "granted") return refused({ reason: "consent-not-granted", state });
  const isAll = await deps.consentDirectory.revoke(found.value.found);
  if (!isAll && (await mustWait(deps, found.value)))
    throw new RemoteUnavailable("directory", {
      executed: "unknown",
      retryAfterSeconds: Math.ceil(againAfterMs(deps) / 1000),
    });
  const { ifMatch: _, ...who } = deciding;
  return carry(deps, found.value, { to: "revoked", reason }, who);
}
