import type { AdmitDeps } from "./admit.ts";
import { outageOf } from "./executed.ts";
import type { Admission, Admitted, Changed, VersionedAccount } from "./ports.ts";
import type { Carry, Shared } from "./shared-turn.ts";

/** One transaction for all whose turn it is, each counted on the account as the one before leaves it. */
export const admitTogether =
  ({ operations, journal }: Pick<AdmitDeps, "operations" | "journal">): Carry =>
  async (all, turn) => {
    const before = turn.known ?? all[0]?.account;
    if (!before) return [];
    let account = before;
    const counted = all.map((asking) => {
      const admission = asking.count(account);
      if (admission) account = admission.account;
      return admission;
    });
    const admissions = counted.filter((admission) => admission !== undefined);
    if (admissions.length === 0) {
      turn.leave(turn.known);
      return [];
    }
    await noteDay(journal, before, account);
    const answer = await operations.admit(admissions);
    if (answer.admitted) turn.leave({ ...account, version: answer.accountVersion });
    return counted.map((admission) => admission && sharedOf(answer, admissions, admission));
  };

/** Before the first admission of a day: afterwards nobody would look for its entry there. */
async function noteDay(
  journal: AdmitDeps["journal"],
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

function sharedOf(
  answer: Admitted,
  admissions: readonly Admission[],
  admission: Admission,
): Shared {
  const index = admissions.indexOf(admission);
  if (!answer.admitted) return { state: "changed", changed: changedFor(index, answer.refused) };
  const { account } = admissions.at(-1)?.account ?? admission.account;
  return {
    state: "admitted",
    account: { account, version: answer.accountVersion },
    version: "*",
    ...answer.each[index],
  };
}

/** To whom nothing of their own was in the way, the account has become another: it was to have what the others had counted. */
function changedFor(
  index: number,
  refused: { readonly index: number; readonly changed: Changed } | undefined,
): Changed | undefined {
  if (!refused) return undefined;
  return refused.index === index ? refused.changed : "account";
}
