import { outageOf } from "./executed.ts";
import { holderNow } from "./holder.ts";
import type {
  Admission,
  Admitted,
  Changed,
  Journal,
  OperationRecords,
  VersionedAccount,
} from "./ports.ts";
import type { Asking, Carry, Shared } from "./shared-turn.ts";

interface Deps {
  readonly operations: Pick<OperationRecords, "admit" | "account" | "underWay">;
  readonly journal: Pick<Journal, "active">;
}
/** Those whom the account has room for, with what is to be written of each. */
type Asked = ReadonlyMap<Asking, Admission>;
/** What came of some of them. */
type Results = Map<Asking, NonNullable<Shared>>;

/** Attempts at a transaction of several: each fails because another host was faster, or because of one of them. */
const ATTEMPTS = 8;

/**
 * One transaction for all whose turn it is, each counted on the account as the one before leaves it. Where it is refused, the
 * one that was in the way is left out and the others are counted anew, still in this turn. Who is alone finds out by themselves.
 */
export const admitTogether =
  (deps: Deps): Carry<Asking, Shared> =>
  async (all, turn) => {
    const results: Results = new Map();
    let asked: Asked = new Map();
    let before = turn.known ?? all[0]?.account;
    for (let attempt = 0; before && attempt < ATTEMPTS; attempt += 1) {
      asked = countAll(
        all.filter((asking) => !results.has(asking)),
        before,
      );
      const last = [...asked.values()].at(-1)?.account;
      if (!last) {
        turn.leave(turn.known);
        break;
      }
      await noteDay(deps, before, last);
      const answer = await deps.operations.admit([...asked.values()]);
      if (answer.admitted) {
        const account = { ...last, version: answer.accountVersion };
        turn.leave(account);
        for (const [index, asking] of [...asked.keys()].entries())
          results.set(asking, { state: "admitted", account, version: "*", ...answer.each[index] });
        break;
      }
      before = await whenRefused(deps, asked, answer, results);
    }
    return all.map(
      (asking) =>
        results.get(asking) ??
        (asked.has(asking) ? { state: "changed", changed: "account" } : undefined),
    );
  };

function countAll(all: readonly Asking[], before: VersionedAccount): Asked {
  const asked = new Map<Asking, Admission>();
  let account = before;
  for (const asking of all) {
    const admission = asking.count(account);
    if (!admission) continue;
    asked.set(asking, admission);
    account = admission.account;
  }
  return asked;
}

/** Before the first admission of a day: afterwards nobody would look for its entry there. */
async function noteDay(
  { journal }: Deps,
  { account: before }: VersionedAccount,
  { account: { activeOn, subscription } }: VersionedAccount,
): Promise<void> {
  if (activeOn === undefined || activeOn === before.activeOn) return;
  try {
    await journal.active(activeOn, subscription);
  } catch (error) {
    throw outageOf(error, "no");
  }
}

/**
 * Says in `results` who cannot be admitted as they are.
 *
 * @returns the account to count the others on; nothing where each has to find out what came of their own
 */
async function whenRefused(
  { operations }: Pick<Deps, "operations">,
  asked: Asked,
  { refused }: Extract<Admitted, { admitted: false }>,
  results: Results,
): Promise<VersionedAccount | undefined> {
  const [first] = asked.values();
  if (!first || !refused || asked.size === 1) return eachByItself(asked, results, refused?.changed);
  const { entry } = first;
  const { subscription } = entry;
  let found: Awaited<ReturnType<typeof holderNow>>;
  let account: VersionedAccount;
  try {
    [found, account] = await Promise.all([
      holderNow(operations, entry),
      operations.account(subscription),
    ]);
  } catch (error) {
    // What was refused may have been the second answer to what had been done.
    throw outageOf(error, "unknown");
  }
  if (found !== "illegible" && found?.entry.operationId === entry.operationId)
    return eachByItself(asked, results);
  const inTheWay = [...asked.keys()][refused.index];
  if (inTheWay && refused.changed !== "account")
    results.set(inTheWay, { state: "changed", changed: refused.changed });
  return account;
}

function eachByItself(asked: Asked, results: Results, changed?: Changed): undefined {
  for (const asking of asked.keys()) results.set(asking, { state: "changed", changed });
}
