import { backOff } from "../../base/back-off.ts";
import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { type CaseClock, type ConsentCase, clockOf, type VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";

/**
 * A wait of so many milliseconds or more is left to the sweep, which comes every minute: being up to a minute late is a tenth
 * of it at most. Only shorter ones (repeats, and SLAs of minutes) cost a message.
 */
const SWEEP_SUFFICES_FROM_MS = 10 * 60_000;

type NextDeps = Pick<ConsentDeps, "cases" | "consentQueue" | "policy" | "runtime">;

/**
 * Notes what was told and when a pending consent is checked next, and gives its claim back. First the note, then the message: a
 * death before the note would have everything told again. A message that does not come, or cannot be sent, leaves the check to
 * the sweep.
 */
export async function noteNextCheck(
  deps: NextDeps,
  { found, version }: VersionedCase,
  nextCheckAt: Date,
  changes: Partial<Pick<CaseClock, "attempts" | "told">> & {
    readonly remindersSent?: number;
    /** Leaves it to the sweep however soon it is. */
    readonly bySweep?: boolean;
  },
): Promise<void> {
  const { claim: _, ...clock } = clockOf(found);
  const { policy } = deps;
  const { remindersSent = found.consent.remindersSent, bySweep = false, ...noted } = changes;
  const byMessage =
    !bySweep && nextCheckAt.getTime() - deps.runtime.now().getTime() < SWEEP_SUFFICES_FROM_MS;
  const next = {
    ...found,
    consent: { ...found.consent, remindersSent },
    clock: { ...clock, ...noted, nextCheckAt, byMessage, policy },
  };
  const kept = await deps.cases.replace(next, version);
  // A case that has changed meanwhile was checked by another host, which has noted what it found.
  if (!kept || !byMessage || (await sendCheck(deps, found, nextCheckAt))) return;
  await deps.cases.replace({ ...next, clock: { ...next.clock, byMessage: false } }, kept.version);
}

/** Checks it again soon, and later each time. @param atLeastSeconds a pause that was asked for */
export function putCheckOff(
  deps: NextDeps,
  listed: VersionedCase,
  known: { readonly atLeastSeconds?: number; readonly told?: CaseClock["told"] } = {},
): Promise<void> {
  const { attempts } = clockOf(listed.found);
  const at = backOff(deps.runtime, attempts, known.atLeastSeconds ?? 0);
  return noteNextCheck(deps, listed, at, {
    attempts: attempts + 1,
    ...(known.told && { told: known.told }),
  });
}

async function sendCheck(
  { consentQueue }: NextDeps,
  { operationId, clientId }: ConsentCase,
  at: Date,
): Promise<boolean> {
  try {
    const message = { type: "consent.look", version: 1, operationId, clientId } as const;
    await consentQueue.scheduleLook(message, at);
    return true;
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("check-not-scheduled");
    return false;
  }
}
