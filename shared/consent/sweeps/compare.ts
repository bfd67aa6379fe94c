import type { ConsentState } from "../../clients/consent.ts";
import { checkConsent } from "../clock/check.ts";
import type { VersionedCase } from "../consent-case.ts";
import { decide } from "../decisions/decide.ts";
import { dropStray } from "../decisions/drop-stray.ts";
import { mayStillShow } from "../decisions/may-still-show.ts";
import { reviewDrift } from "../decisions/review-drift.ts";
import { reviewGrant } from "../decisions/review-grant.ts";
import { settleAbsence } from "../decisions/settle-absence.ts";
import { isOfCase } from "../drift.ts";
import { nameFlags, type Resemblances, resemblances } from "../name-flags.ts";
import type { GrantStatus } from "../ports.ts";
import { driftLook, dropDrifts, findDrifts } from "./find-drifts.ts";
import { listAgain, unlistedOf } from "./list-again.ts";
import {
  grantMark,
  type RevocationDeps,
  type RevocationPass,
  registrationMark,
} from "./revocation-pass.ts";
import { type SweepRun, sweepRun } from "./sweep-run.ts";

export interface Compared {
  /** Rejected or revoked before, and granted in the directory since. */
  readonly granted: number;
  readonly revoked: number;
  readonly deleted: number;
  /** Found to have more than they asked for, and not told of before. */
  readonly drifted: number;
  /** On no list though they wait, or are back: asked for again. */
  readonly relisted: number;
  readonly failed: number;
  /** Where the next pass goes on looking for roles of other APIs. */
  readonly lookedTo?: string;
}

/** Those that are missing from a list are asked for one by one: so many to a call. */
const ASK = 10;
/** Those of which it is only asked whether they are granted. */
const ASK_GRANTED = 300;

interface Comparison {
  readonly run: SweepRun;
  readonly tally: { granted: number; revoked: number; deleted: number; drifted: number };
  /** Whether a case has to be asked for: it was recorded before the lists were begun and is missing from them. */
  isMissing(listed: VersionedCase): boolean;
}

/** Holds every list of ours against what was seen. What fails is tallied and comes with the next pass. */
export async function compare(deps: RevocationDeps, pass: RevocationPass): Promise<Compared> {
  const seen = await deps.progress.seen();
  const run = sweepRun(deps);
  const tally = { granted: 0, revoked: 0, deleted: 0, drifted: 0 };
  const known = await deps.cases.drifts();
  const look = driftLook(pass, seen, known);
  const drifts = new Map(known.map(({ drift }) => [drift.subject.clientId, drift]));
  const met = new Set<string>();
  const unlisted = unlistedOf(seen);
  // As few as people decide on: memory follows what waits, and not what there is.
  const waiting: VersionedCase[] = [];
  let names: Resemblances | undefined;
  const isMissing = (listed: VersionedCase): boolean => {
    const { found } = listed;
    // Every case there is comes by here once.
    if (names) names.add(found);
    else waiting.push(listed);
    const { clientId, consent, grant, roles } = found;
    unlisted.delete(registrationMark(clientId));
    const drift = drifts.get(clientId);
    if (drift && isOfCase(drift, found)) met.add(clientId);
    // Recorded after the lists were begun: it may stand on a page that had been read already.
    if ((consent.decidedAt ?? consent.requestedAt) >= pass.startedAt) return false;
    if (!seen.has(registrationMark(clientId))) return true;
    if (consent.state !== "granted") {
      look.addOther(listed);
      return false;
    }
    const principalId = grant?.principalId;
    if (!principalId || !roles.every((role) => seen.has(grantMark(principalId, role)))) return true;
    look.add(listed);
    return false;
  };
  const comparison = { run, tally, isMissing };
  await askForMissing(deps, comparison, "pending");
  names = resemblances(waiting.map(({ found }) => found));
  for (const { found } of waiting) names.add(found);
  for (const state of ["granted", "rejected", "revoked"] as const)
    await askForMissing(deps, comparison, state);
  for (const state of ["rejected", "revoked"] as const) await findGranted(deps, comparison, state);
  await findDrifts(deps, { run, look, known }, tally);
  const unmet = known.filter(({ drift }) => !met.has(drift.subject.clientId));
  dropDrifts(deps, run, unmet);
  const relisted = await listAgain(deps, run, unlisted);
  await flagResemblances(deps, waiting, names);
  const { lookedTo } = look;
  const failed = run.failed + run.left;
  return { ...tally, relisted, failed, ...(lookedTo !== undefined && { lookedTo }) };
}

/** Notes on what waits whether it looks like any name that was read; what has changed meanwhile is for the next pass. */
async function flagResemblances(
  { cases }: RevocationDeps,
  waiting: readonly VersionedCase[],
  names: Resemblances,
): Promise<void> {
  for (const { found, version } of waiting) {
    const flags = nameFlags(found.displayName, names.has(found));
    if (flags.join() !== (found.flags ?? []).join())
      await cases.replace({ ...found, flags }, version);
  }
}

async function askForMissing(
  deps: RevocationDeps,
  { run, tally, isMissing }: Comparison,
  state: ConsentState,
): Promise<void> {
  const missing = filtered(deps.cases.all(state), isMissing);
  await run.groups(missing, ASK, async (group) => {
    const shown = await deps.consentDirectory.see(group.map(({ found }) => found));
    for (const listed of group) {
      const { clientId, subscription } = listed.found;
      const status = shown.get(clientId);
      // One that is not known now is asked for by the next pass.
      if (status)
        run.entry(subscription, async () => {
          if ("excess" in status && status.excess) {
            const reviewed = await reviewDrift(deps, listed.found, status.excess);
            if (reviewed === "new") tally.drifted += 1;
          }
          const outcome = await settle(deps, listed, status);
          if (outcome) tally[outcome] += 1;
        });
    }
  });
}

async function settle(
  deps: RevocationDeps,
  listed: VersionedCase,
  status: GrantStatus,
): Promise<"granted" | "revoked" | "deleted" | undefined> {
  const { clientId, consent } = listed.found;
  if (consent.state === "pending") {
    // It knows what a pending one still owes.
    if (status.status !== "not-granted") await checkConsent(deps, clientId);
    return undefined;
  }
  if (consent.state === "granted") {
    const reviewed = await reviewGrant(deps, listed, status);
    if (reviewed === "revoked" || reviewed === "deleted") return reviewed;
  } else if (status.status === "absent") {
    if ((await settleAbsence(deps, listed)) === "deleted") return "deleted";
  } else return undefined;
  if (status.status !== "granted") await dropStray(deps, listed);
  return undefined;
}

/** The directory is the truth about grants: one that is there counts, whatever was decided before. */
async function findGranted(
  deps: RevocationDeps,
  { run, tally }: Comparison,
  state: "rejected" | "revoked",
): Promise<void> {
  await run.groups(deps.cases.all(state), ASK_GRANTED, async (group) => {
    const granted = await deps.consentDirectory.granted(group.map(({ found }) => found));
    for (const listed of group) {
      const { clientId, subscription } = listed.found;
      const grant = granted.get(clientId);
      const principalId = grant?.complete ? grant.principalId : undefined;
      if (grant?.excess) {
        const { excess } = grant;
        run.entry(subscription, async () => {
          if ((await reviewDrift(deps, listed.found, excess)) === "new") tally.drifted += 1;
        });
      }
      if (principalId === undefined) continue;
      if (mayStillShow(listed.found.consent, deps.runtime.now())) continue;
      run.entry(subscription, async () => {
        const decision = { to: "granted" as const, principalId, subject: listed.found };
        const { decided } = await decide(deps, decision, listed.version);
        if (decided) tally.granted += 1;
        else await dropStray(deps, listed);
      });
    }
  });
}

async function* filtered<T>(list: AsyncIterable<T>, fits: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of list) if (fits(item)) yield item;
}
