import type { GraphError } from "@microsoft/microsoft-graph-client";
import { LATE_FOR_MS } from "../../clients/late.ts";
import type { Expected } from "../../clients/ports.ts";
import { isAstray, isMissing, type Refused, refusedBy } from "./refusal.ts";
import { retryAfterMs } from "./retry-after.ts";
import { NOT_SENT } from "./transport.ts";

export interface Failure {
  /**
   * `refusal`: for good. `late`: not there yet. `nothing-done`: may be repeated, whatever it is. `unknown`: it may have been
   * done. `out-of-reach`: nothing was done, and asking again at once would end the same.
   */
  readonly kind: "refusal" | "late" | "nothing-done" | "unknown" | "out-of-reach";
  /** Set for `refusal` and `late`. */
  readonly refused?: Refused;
  readonly retryAfterMs?: number;
  readonly throttled: boolean;
}

/** What a failed call tells of what was done. */
export function judge(error: GraphError, expected: Expected | undefined, now: Date): Failure {
  const throttled = error.statusCode === 429;
  const retryAfter = retryAfterMs(error.headers?.get("retry-after"), now);
  const wait = { throttled, ...(retryAfter !== undefined && { retryAfterMs: retryAfter }) };
  if (error.code === NOT_SENT) return { kind: "out-of-reach", ...wait };
  const refused = refusedBy(error);
  const fresh = expected && now.getTime() - expected.createdAt.getTime() < LATE_FOR_MS;
  if (isMissing(refused) || (fresh && isAstray(refused)))
    return { kind: fresh ? "late" : "refusal", refused, ...wait };
  // "Repeat after a delay": concurrent writes, none of which was done.
  if (throttled || isAstray(refused) || refused.code === "Directory_ConcurrencyViolation")
    return { kind: "nothing-done", ...wait };
  // The transport has presented a new token already.
  if (refused.status === 401) return { kind: "out-of-reach", ...wait };
  if (isLost(refused)) return { kind: "unknown", ...wait };
  return { kind: "refusal", refused, ...wait };
}

/** No answer (-1), none in time, a server's fault, a good one that was cut or is no JSON, or a 404 that is not Graph's own. */
const isLost = ({ status }: Refused): boolean =>
  status < 400 || status === 404 || status === 408 || status >= 500;
