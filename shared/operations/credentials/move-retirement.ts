import { done, type Outcome, refused } from "../../base/outcome.ts";
import { withRetirement } from "../../clients/known-secrets.ts";
import type { VersionedClient } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import { missingOf, type SecretRefusal } from "../../clients/secret-reasons.ts";
import type { SecretRecord } from "../../clients/secret-record.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest } from "../admission/change.ts";
import { end, type SecretLeft } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { Held, MoveRetirementOperation } from "../admission/operation.ts";
import { eventOf, tell, toldAt } from "../admission/tell.ts";
import { isOvertaken } from "../settling/overtaken.ts";
import type { Settler } from "../settling/settler.ts";
import { undone } from "../settling/undone.ts";
import { type FoundSecret, findSecret, unlessGone } from "./find-secret.ts";
import { comeUpon } from "./found-there.ts";
import { scheduleRetirement } from "./schedule-retirement.ts";

/**
 * Says when a secret is removed, or that it stays. Nothing changes in the directory; without a record of the secret it is asked
 * once.
 *
 * @returns the secret as it is on record now: no later than it expires
 */
export async function moveRetirement(
  deps: ChangeDeps,
  request: ChangeRequest & {
    readonly keyId: string;
    readonly kind?: "certificate" | undefined;
    readonly retiresAt: Date | undefined;
  },
): Promise<Outcome<SecretRecord, ClientRefusal | SecretRefusal | AccountRefusal>> {
  const found = await findSecret(deps, request);
  if (!found.ok) return found;
  const { keyId, expiresAt } = found.value.record;
  const retiresAt = request.retiresAt && earlierOf(request.retiresAt, expiresAt);
  const { forbids, isGone } = unlessGone(keyId);
  const begun = await beginChange(
    deps,
    { ...request, forbids },
    {
      kind: "move-retirement",
      clientId: request.clientId,
      keyId,
      retiresAt: retiresAt?.toISOString(),
      of: request.kind,
    },
  );
  if (begun.state === "known") throw new Error("A retirement has no key");
  if (begun.state === "refused") return refused(isGone() ? missingOf(request.kind) : begun.refusal);
  const { change } = begun;
  await afterTheChange(() => finish(deps, change.held, change.client, found.value));
  change.forget();
  return done(retiring(found.value.record, retiresAt));
}

/** Nothing has been done that could not be done again. */
export const settleMoveRetirement =
  (deps: ChangeDeps): Settler<MoveRetirementOperation> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const { clientId, keyId, of: kind } = operation;
    const type = kind ?? "secret";
    if (await isOvertaken(deps, held, `${type}.rescheduled`, `${type}.rotated`))
      return undone(deps, held, "rescheduled");
    const client = await deps.records.client(subscription, clientId);
    const found = client && (await findSecret(deps, { subscription, clientId, keyId, kind }));
    if (!found?.ok) return undone(deps, held, "secret-absent");
    await finish(deps, held, client, found.value);
    return "finished";
  };

async function finish(
  deps: ChangeDeps,
  held: Held<MoveRetirementOperation>,
  client: VersionedClient | undefined,
  found: FoundSecret,
): Promise<void> {
  const { operation, startedAt: at } = held.entry;
  const { clientId, keyId, of: kind } = operation;
  const retiresAt = operation.retiresAt === undefined ? undefined : new Date(operation.retiresAt);
  if (retiresAt) await scheduleRetirement(deps, held.entry, { clientId, keyId, retiresAt });
  const data = {
    ...{ keyId, ...(kind && { kind }) },
    ...(retiresAt && { retiresAt: retiresAt.toISOString() }),
  };
  const type = `${kind ?? "secret"}.rescheduled` as const;
  const { was, left } = await comeUpon(deps, found, at);
  await tell(deps, eventOf(held.entry, type, { clientId, at: toldAt(held.entry), data }));
  await end(deps, held, {
    ...left,
    came: { outcome: "done" },
    ...(client && {
      changed: {
        from: client,
        next: (record) => withRetirement(record, was.record, retiresAt, at),
      },
    }),
    secrets: [retiringLeft(was, retiresAt)],
  });
}

const retiring = (
  { retiresAt: _, refused: _before, ...record }: SecretRecord,
  retiresAt: Date | undefined,
): SecretRecord => ({ ...record, ...(retiresAt && { retiresAt }) });

/** What is left on record of a secret that will be removed, or stays. */
export const retiringLeft = (
  { record, from }: FoundSecret,
  retiresAt: Date | undefined,
): SecretLeft =>
  from
    ? { now: "changed", from, next: (current) => retiring(current, retiresAt) }
    : { now: "made", record: retiring(record, retiresAt) };

export const earlierOf = (a: Date, b: Date): Date => (a < b ? a : b);
