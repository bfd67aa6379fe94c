import type { ChangeDeps } from "../admission/change.ts";
import type { Held, Operation, TakesBack, UnderWay } from "../admission/operation.ts";
import { type TellDeps, tell } from "../admission/tell.ts";

/**
 * Notes what is about to be taken back, with the operation: afterwards the directory shows no more which secrets they were, and whoever
 * comes after a death, or after an answer that was lost, could not tell that they have gone. It may have been told that they are there.
 *
 * @returns the operation with its note; nothing: somebody else has taken it over
 */
export async function noteTakenBack<Kind extends Operation>(
  { operations, runtime }: Pick<ChangeDeps, "operations" | "runtime">,
  held: Held<Kind>,
  takesBack: TakesBack,
): Promise<Held<Kind> | undefined> {
  const known = held.entry.takesBack?.keyIds ?? [];
  if (takesBack.keyIds.every((keyId) => known.includes(keyId))) return held;
  const entry = { ...held.entry, takesBack };
  const noted = await operations.take({ ...held, entry }, runtime.now());
  return noted && { version: noted.version, entry: { ...noted.entry, operation: entry.operation } };
}

/** Secrets whose value has reached nobody have gone. */
export async function tellTakenBack(
  deps: TellDeps,
  { operationId, subscription }: Pick<UnderWay, "operationId" | "subscription">,
  { clientId, keyIds }: TakesBack,
): Promise<void> {
  for (const keyId of keyIds)
    await tell(deps, {
      id: `${operationId}:secret.removed`,
      type: "secret.removed",
      time: deps.runtime.now().toISOString(),
      clientId,
      subscription,
      data: { keyId },
    });
}
