import { Role } from "../../clients/client.ts";
import type { VersionedCase } from "../consent-case.ts";
import { reviewDrift } from "../decisions/review-drift.ts";
import type { VersionedDrift } from "../drift.ts";
import type { GrantStatus } from "../ports.ts";
import { grantMark, type RevocationDeps, type RevocationPass } from "./revocation-pass.ts";
import type { SweepRun } from "./sweep-run.ts";

/** Asked about in one go. */
const GROUP = 300;
/** So many granted clients are looked at in one pass for roles of other APIs, the next ones the next time: 15 calls. */
const LOOKED = 4_500;

const NONE: ReadonlyMap<string, GrantStatus> = new Map();

/** Collects, while the granted cases are read anyway, those that have to be looked at. */
export interface DriftLook {
  add(listed: VersionedCase): void;
  /** One that is not granted: those that have too much are found without this, and not that it is over. */
  addOther(listed: VersionedCase): void;
  readonly found: readonly VersionedCase[];
  /** Where the next pass goes on; from the first one when left out. */
  readonly lookedTo: string | undefined;
}

/**
 * Suspicious are those with a grant on the resource API that they did not ask for, which is in the list that was read, and those of
 * which a drift is known, for it may be over. Roles of other APIs are in no list that is read: of the others some are looked at in
 * each pass, in the order of their ids.
 */
export function driftLook(
  { lookedTo: after = "" }: Pick<RevocationPass, "lookedTo">,
  seen: ReadonlySet<string>,
  known: readonly VersionedDrift[],
): DriftLook {
  const drifted = new Set(known.map(({ drift }) => drift.subject.clientId));
  const found: VersionedCase[] = [];
  let inTurn = 0;
  let last: string | undefined;
  const hasMore = ({ found: { grant, roles } }: VersionedCase): boolean => {
    const principalId = grant?.principalId;
    if (!principalId) return false;
    const others = Role.options.filter((role) => !roles.includes(role));
    return [...others, "other" as const].some((role) => seen.has(grantMark(principalId, role)));
  };
  return {
    found,
    get lookedTo() {
      return inTurn < LOOKED ? undefined : last;
    },
    add: (listed) => {
      const { clientId } = listed.found;
      const isNext = clientId > after && inTurn < LOOKED;
      if (isNext) {
        inTurn += 1;
        last = clientId;
      }
      if (isNext || drifted.has(clientId) || hasMore(listed)) found.push(listed);
    },
    addOther: (listed) => {
      if (drifted.has(listed.found.clientId)) found.push(listed);
    },
  };
}

/** Asks what those that were collected carry, and reviews each of them that has or had more than it asked for. */
export async function findDrifts(
  deps: RevocationDeps,
  {
    run,
    look,
    known,
  }: {
    readonly run: SweepRun;
    readonly look: DriftLook;
    readonly known: readonly VersionedDrift[];
  },
  tally: { drifted: number },
): Promise<void> {
  const drifted = new Set(known.map(({ drift }) => drift.subject.clientId));
  const list = async function* (): AsyncGenerator<VersionedCase> {
    yield* look.found;
  };
  await run.groups(list(), GROUP, async (group) => {
    const subjects = group.map(({ found }) => found);
    const carried = await deps.consentDirectory.carried(subjects);
    // Of these the directory cannot say it now, or their service principal was deleted: then they carry nothing any more.
    const missing = subjects.filter(({ clientId: id }) => drifted.has(id) && !carried.has(id));
    const seen = missing.length > 0 ? await deps.consentDirectory.see(missing) : NONE;
    for (const found of subjects) {
      const shown = carried.get(found.clientId) ?? seen.get(found.clientId);
      const excess = shown && "excess" in shown ? shown.excess : undefined;
      if (!shown || (!excess && !drifted.has(found.clientId))) continue;
      run.entry(found.subscription, async () => {
        const reviewed = await reviewDrift(deps, found, excess ?? []);
        if (reviewed === "new") tally.drifted += 1;
      });
    }
  });
}

/** Of a client that has gone, with the name of who asked for it; and of one as it was before it was deleted, when it is back. */
export function dropDrifts(
  { cases, records }: Pick<RevocationDeps, "cases" | "records">,
  run: SweepRun,
  unmet: readonly VersionedDrift[],
): void {
  for (const { drift, version } of unmet) {
    const { clientId, operationId, subscription } = drift.subject;
    run.entry(subscription, async () => {
      const owned = await records.client(subscription, clientId);
      if (owned?.record.operationId !== operationId) await cases.endDrift(clientId, version);
    });
  }
}
