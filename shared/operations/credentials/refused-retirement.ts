import { DAY_MS } from "../../base/day.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { THE_SERVICE } from "../../clients/actor.ts";
import type { SecretRecord, SecretRecords, VersionedSecret } from "../../clients/secret-record.ts";
import { beginChange, type ChangeDeps } from "../admission/change.ts";
import { type SetAsideDeps, setAside } from "../settling/settle.ts";

export interface RetireDeps extends ChangeDeps, SetAsideDeps {
  readonly operations: ChangeDeps["operations"] & SetAsideDeps["operations"];
  readonly journal: ChangeDeps["journal"] & SetAsideDeps["journal"];
  readonly secrets: Pick<SecretRecords, "secret" | "saveSecret">;
}

/** With pauses that double from five minutes on, within a day. */
const MOST_REFUSALS = 9;
const FIRST_PAUSE_MS = 5 * 60_000;

/** Whether the removal may be asked for: never refused yet, or not of late. What operators have is theirs. */
export const isToBeTried = (refused: SecretRecord["refused"], now: Date): boolean =>
  refused === undefined || (refused.againAt !== undefined && refused.againAt <= now);

/**
 * The directory does not let a secret be removed whose time has come. It is tried ever more seldom, and in the end set aside, as
 * any operation is that nobody can end: it holds nothing then, and waits for an operator. In this order: a death in between has
 * it refused, and set aside, once more.
 */
export async function noteRefusal(
  deps: RetireDeps,
  { record, version }: VersionedSecret,
  reason: string,
): Promise<void> {
  const { subscription, clientId, keyId, kind } = record;
  const times = (record.refused?.times ?? 0) + 1;
  if (times < MOST_REFUSALS) {
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (times - 1), DAY_MS);
    const againAt = new Date(deps.runtime.now().getTime() + pauseMs);
    await deps.secrets.saveSecret({ ...record, refused: { times, againAt } }, version);
    return;
  }
  const request = { subscription, clientId, by: THE_SERVICE };
  const operation = { kind: "retire-secret", clientId, keyId, of: kind } as const;
  const begun = await beginChange(deps, request, operation);
  if (begun.state !== "admitted")
    throw new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 10 });
  await setAside(deps, begun.change.held, reason);
  begun.change.forget();
  await deps.secrets.saveSecret({ ...record, refused: { times } }, version);
}
