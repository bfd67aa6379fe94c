import { targetsOf } from "../alerts/announcements.ts";
import { type ConsentCase, clockOf } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { slaMsOf } from "../request-consent.ts";
import { toldToAll } from "../told.ts";
import { type Clock, consentClock } from "./policy.ts";

type Deps = Pick<ConsentDeps, "channels" | "promise" | "thresholds" | "runtime">;

/** What the clock of a pending consent says now: what is due that not everybody has been told, and when it is checked next. */
export function clockNow(deps: Deps, found: ConsentCase): Clock {
  const { consent } = found;
  return consentClock(
    { calendar: deps.promise.calendar, thresholds: deps.thresholds },
    { requestedAt: consent.requestedAt, slaMs: slaMsOf(consent) },
    toldToAll(clockOf(found).told, targetsOf(deps)),
    deps.runtime.now(),
  );
}
