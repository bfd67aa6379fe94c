import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { ClientRecord } from "../../clients/client.ts";
import { heldOf, isSameKey, withoutSecret, withRetirement } from "../../clients/known-secrets.ts";
import type { Answer, Expected, VersionedClient } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { SecretRefusal } from "../../clients/secret-reasons.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest, settled } from "../admission/change.ts";
import { toldOf, unavailable } from "../admission/directory-answer.ts";
import { end, type Left } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type {
  Held,
  RemoveCertificateOperation,
  RemoveSecretOperation,
  RetireSecretOperation,
} from "../admission/operation.ts";
import { eventOf, tell, toldAt } from "../admission/tell.ts";
import { isDoneBefore } from "../settling/done-before.ts";
import { isOvertaken } from "../settling/overtaken.ts";
import { mayBeLate, NOT_LATE, type Settler } from "../settling/settler.ts";
import { undone } from "../settling/undone.ts";
import { certificatesOf, isJustMade, onceFound } from "./just-made.ts";
import { isLastBySince, unlessLast } from "./last-secret.ts";
import { retiringLeft } from "./move-retirement.ts";

type RemovalOperation = RemoveSecretOperation | RemoveCertificateOperation | RetireSecretOperation;
type Removed = Promise<Outcome<undefined, ClientRefusal | SecretRefusal | AccountRefusal>>;

export interface RemoveSecretRequest extends ChangeRequest {
  readonly keyId: string;
  /** A secret where it is left out. */
  readonly kind?: "certificate";
  /** The caller knows that the client may be left without a secret. */
  readonly evenLast?: boolean;
}

/**
 * Removes a secret or a certificate; tokens already issued with it live until they expire. One directory call for a secret, and
 * three for a certificate.
 */
export const removeSecret = (
  deps: ChangeDeps,
  { evenLast = false, keyId, kind, ...request }: RemoveSecretRequest,
): Removed =>
  carryOutRemoval(
    deps,
    { ...request, forbids: evenLast ? undefined : unlessLast(deps, keyId) },
    {
      ...{ kind: kind ? "remove-certificate" : "remove-secret", clientId: request.clientId, keyId },
      ...(evenLast && { evenLast }),
    },
  );

/**
 * Whoever has asked for it: a customer, or a time that has come.
 *
 * @param isReported operators know already that the directory refuses it
 */
export async function carryOutRemoval(
  deps: ChangeDeps,
  request: ChangeRequest,
  operation: RemovalOperation,
  isReported = false,
): Removed {
  const { kind } = operation;
  const begun = await beginChange(deps, request, operation);
  if (begun.state === "known") throw new Error("A removal has no key");
  if (begun.state === "refused") return refused(begun.refusal);
  const { change } = begun;
  const { record } = change.client;
  const answer = await afterTheChange(() =>
    onceFound(deps, record, operation.keyId, () =>
      removeFrom(deps, operation, change.expected, record),
    ),
  );
  // What was to go by itself, and has gone already, has gone.
  const isGone = kind === "retire-secret" && isSecretAbsent(answer);
  const removed = await settled(
    deps,
    change,
    isGone ? { kind: "done", value: undefined } : answer,
    (refusal) => {
      if (refusal.reason === "absent") return { reason: "not-found" } as const;
      if (refusal.reason === "secret-absent") return { reason: "secret-not-found" } as const;
      if (refusal.reason === "certificate-absent")
        return { reason: "certificate-not-found" } as const;
      return isReported ? toldOf(refusal) : undefined;
    },
  );
  if (!removed.ok) return removed;
  await afterTheChange(async () => {
    await tell(deps, removedEvent(change.held));
    await end(deps, change.held, removedOf(deps, change.held, change.client));
  });
  change.forget();
  return done(undefined);
}

/** What the operation takes off, as the directory takes it. */
function removeFrom(
  deps: ChangeDeps,
  operation: RemovalOperation,
  expected: Expected,
  client: ClientRecord | undefined,
): Promise<Answer<undefined>> {
  const { clientId, keyId } = operation;
  if (!isOfCertificate(operation)) return deps.directory.removeSecret(clientId, keyId, expected);
  const list = certificatesOf(deps, expected, client, keyId);
  return deps.directory.removeCertificate(clientId, keyId, list);
}

const isOfCertificate = (operation: RemovalOperation): boolean =>
  operation.kind === "remove-certificate" || ("of" in operation && operation.of !== undefined);

export const isSecretAbsent = (answer: Answer<unknown>): boolean =>
  answer.kind === "refused" && ABSENT.includes(answer.refusal.reason);

const ABSENT = ["secret-absent", "certificate-absent"];

/** Whether the first attempt got through or not, the secret is gone after this. */
export const settleRemoval =
  <Kind extends RemovalOperation>(deps: ChangeDeps): Settler<Kind> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const { clientId } = operation;
    const client = await deps.records.client(subscription, clientId);
    const over = isOfAnotherKind(operation, client) ? "secret-absent" : await isOver(deps, held);
    if (over) return undone(deps, held, over);
    if (await isLastBySince(held, client, unlessLast(deps, operation.keyId)))
      return undone(deps, held, "last-secret", await stays(deps, held, client));
    const answer = await removeFrom(deps, operation, NOT_LATE, client?.record);
    const refusal = answer.kind === "refused" ? answer.refusal : undefined;
    const reason = refusal?.reason;
    // It has gone with the first attempt, or was made a moment ago and is not found yet.
    const known = client ? knownOf(client.record, operation) : [];
    const isYoung = async () => client !== undefined && isJustMade(deps, client.record, known);
    const isUnlisted = async () => known.length > 0 && hasGone(deps, operation);
    // What is refused for good and not listed has gone, or is not shown yet: nobody can say while it is young.
    const isHidden = async () =>
      refusal !== undefined &&
      (await isYoung()) &&
      (reason === "secret-absent" ? mayBeLate(held) : await isDoneBefore(refusal, isUnlisted));
    if ((mayBeLate(held) && reason === "absent") || (await isHidden())) return "waiting";
    const isGone = async () => !(await isYoung()) && isUnlisted();
    if (refusal && !isSecretAbsent(answer) && !(await isDoneBefore(refusal, isGone))) {
      // Nobody would ask again for what a time has called for: operators have it until it is done, or its client has gone.
      const isTheirs = isRetirement(held) && held.entry.parkedAt && reason !== "absent";
      return isTheirs ? { stuck: refusal.reason } : undone(deps, held, refusal.reason);
    }
    if (answer.kind === "not-now" || answer.kind === "unknown") throw unavailable(answer);
    await tell(deps, removedEvent(held));
    await end(deps, held, removedOf(deps, held, client));
    return "finished";
  };

/** Whether the directory shows no more of it. Of what is young that says nothing: a list that is late does not show it yet. */
async function hasGone(
  { directory }: ChangeDeps,
  { clientId, keyId }: RemovalOperation,
): Promise<boolean> {
  const left = await directory.endingOf(clientId, NOT_LATE);
  return left?.every((one) => !isSameKey(one.keyId, keyId)) ?? false;
}

const knownOf = (client: ClientRecord, { keyId }: RemovalOperation) =>
  heldOf(client).filter((one) => isSameKey(one.keyId, keyId));

/** Named as what it is not: the directory has none of that kind under the id, which says nothing of the one that there is. */
const isOfAnotherKind = (operation: RemovalOperation, client: VersionedClient | undefined) =>
  client !== undefined &&
  heldOf(client.record).some(
    ({ keyId, kind }) =>
      isSameKey(keyId, operation.keyId) && (kind !== undefined) !== isOfCertificate(operation),
  );

/**
 * Why it is not to be done any more: a removal that was set aside holds nothing, so its customer may have said meanwhile that the
 * secret stays for a while, or it has gone. Of one that a time called for its record decides, which goes with the end of the removal.
 */
async function isOver(deps: ChangeDeps, held: Held<RemovalOperation>): Promise<string | undefined> {
  if (!isRetirement(held)) {
    const type = isOfCertificate(held.entry.operation) ? "certificate" : "secret";
    const isKept = await isOvertaken(deps, held, `${type}.rescheduled`, `${type}.rotated`);
    return isKept ? "rescheduled" : undefined;
  }
  const found = await recordOf(deps, held);
  if (!found) return "secret-absent";
  const { retiresAt } = found.record;
  return retiresAt && retiresAt <= deps.runtime.now() ? undefined : "rescheduled";
}

const isRetirement = (held: Held<RemovalOperation>): held is Held<RetireSecretOperation> =>
  held.entry.operation.kind === "retire-secret";

const recordOf = ({ secrets }: ChangeDeps, { entry }: Held<RemovalOperation>) =>
  secrets.secret(entry.subscription, entry.operation.clientId, entry.operation.keyId);

/** What was to go, and is the last one by now, is not to go any more: told, and on record. */
async function stays(
  deps: ChangeDeps,
  held: Held<RemovalOperation>,
  client: VersionedClient | undefined,
): Promise<Partial<Left>> {
  const from = isRetirement(held) ? await recordOf(deps, held) : undefined;
  if (!from || !client) return {};
  const { clientId, keyId, kind } = from.record;
  const at = deps.runtime.now();
  const data = { keyId, ...(kind && { kind }) };
  const type = `${kind ?? "secret"}.rescheduled` as const;
  await tell(deps, eventOf(held.entry, type, { clientId, at, data }));
  return {
    changed: { from: client, next: (it) => withRetirement(it, from.record, undefined, at) },
    secrets: [retiringLeft({ record: from.record, from }, undefined)],
  };
}

/** Its record goes whether it had one or not. */
const removedOf = (
  { runtime }: ChangeDeps,
  { entry }: Held<RemovalOperation>,
  client: VersionedClient | undefined,
): Left => {
  const { clientId, keyId } = entry.operation;
  const at = runtime.now();
  return {
    came: { outcome: "done" },
    ...(client && { changed: { from: client, next: (it) => withoutSecret(it, keyId, at) } }),
    secrets: [{ now: "gone", clientId, keyId, at }],
  };
};

const removedEvent = ({ entry }: Held<RemovalOperation>) => {
  const { clientId, keyId, kind } = entry.operation;
  const what = isOfCertificate(entry.operation) ? "certificate" : "secret";
  const type = `${what}.${kind === "retire-secret" ? "retired" : "removed"}` as const;
  const data = { keyId, ...(what === "certificate" && { kind: what }) };
  return eventOf(entry, type, { clientId, at: toldAt(entry), data });
};
