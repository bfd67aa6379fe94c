import { done, type Outcome, refused, replayed } from "../../base/outcome.ts";
import type { FederatedCredential } from "../../clients/credential.ts";
import { type KindNotAllowed, refusedKind } from "../../clients/credential-rules.ts";
import { expectedClient } from "../../clients/expected-client.ts";
import {
  isSameTrust,
  MOST_FEDERATED,
  type NewFederated,
} from "../../clients/federated/federated.ts";
import type { FederatedRefusal } from "../../clients/federated/reasons.ts";
import type { DirectoryRefusal } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type ChangeDeps, settled } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import { end } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { Key, KeyRefusal, VersionedKey } from "../admission/key.ts";
import type { AddFederatedOperation, Held } from "../admission/operation.ts";
import { ownKey } from "../admission/own-key.ts";
import { replayChange } from "../admission/replay-change.ts";
import { eventOf, tell } from "../admission/tell.ts";
import { isDoneBefore } from "../settling/done-before.ts";
import { isTrustEnded } from "../settling/overtaken.ts";
import { mayBeLate, NOT_LATE, type Settler } from "../settling/settler.ts";
import { undone } from "../settling/undone.ts";
import type { MakeDeps, NewSecretRequest } from "./new-secret.ts";

export interface AddFederatedRequest extends NewSecretRequest {
  readonly credential: NewFederated;
}

type AddRefusal = ClientRefusal | FederatedRefusal | KindNotAllowed | AccountRefusal | KeyRefusal;

/**
 * Has the directory trust tokens of another issuer as this client's. It carries the operation's id there, so it is made once
 * however often that is tried, and whoever ends the operation finishes it.
 */
export async function addFederated(
  deps: MakeDeps,
  request: AddFederatedRequest,
): Promise<Outcome<FederatedCredential, AddRefusal>> {
  const forbidden = refusedKind(deps.credentialRules, "federated");
  if (forbidden) return refused(forbidden);
  const { clientId, credential, idempotency } = request;
  const begun = await beginChange(
    deps,
    request,
    { kind: "add-federated", clientId, ...credential, keyHash: idempotency?.keyHash },
    idempotency,
  );
  if (begun.state === "refused") return refused(begun.refusal);
  if (begun.state === "known") return asBefore(deps, begun.key, request);
  const { change } = begun;
  const answer = await make(deps, change.held, change.expected);
  const made = await settled(deps, change, answer, (refusal) => explain(refusal, credential));
  if (!made.ok) return made;
  await afterTheChange(() => finish(deps, change.held, made.value, change.key));
  change.forget();
  return done(made.value);
}

const make = (
  { directory }: ChangeDeps,
  { entry }: Held<AddFederatedOperation>,
  expected: Parameters<ChangeDeps["directory"]["addFederated"]>[2],
) => {
  const { operation, operationId, startedAt } = entry;
  const { clientId, displayName, issuer, subject, audience } = operation;
  const trust = { displayName, issuer, subject, audience };
  const credential = { ...trust, operationId, createdAt: startedAt };
  return directory.addFederated(clientId, credential, expected);
};

async function finish(
  deps: ChangeDeps,
  held: Held<AddFederatedOperation>,
  { id }: FederatedCredential,
  key: Key | undefined,
): Promise<void> {
  const { clientId, displayName, issuer, subject, audience } = held.entry.operation;
  const data = { credentialId: id, kind: "federated", displayName, issuer, subject, audience };
  const about = { clientId, at: held.entry.startedAt, data };
  await tell(deps, eventOf(held.entry, "federated-credential.created", about));
  await end(deps, held, {
    came: { outcome: "done", credentialId: id },
    ...(key && { key: { key, result: { clientId, keyId: id } } }),
  });
}

/** Why the directory does not take it, as far as what the client has already tells. */
function explain(
  refusal: DirectoryRefusal,
  wanted: NewFederated,
): FederatedRefusal | ClientRefusal | undefined {
  if (refusal.reason === "absent") return { reason: "not-found" };
  if (refusal.reason !== "federated-unfit") return undefined;
  const { beside } = refusal;
  return inTheWay(beside, wanted) ?? { reason: "federated-not-allowed" };
}

function inTheWay(
  beside: readonly FederatedCredential[],
  wanted: NewFederated,
): FederatedRefusal | undefined {
  const trust = beside.find((other) => isSameTrust(other, wanted));
  if (trust) return { reason: "federated-exists", alike: "trust", credential: trust };
  const name = beside.find((other) => other.displayName === wanted.displayName);
  if (name) return { reason: "federated-exists", alike: "name", credential: name };
  return beside.length >= MOST_FEDERATED
    ? { reason: "federated-limit-reached", limit: MOST_FEDERATED, credentials: beside }
    : undefined;
}

/** Asked for again under the same key: what the first request has made, as it is by now. */
async function asBefore(
  deps: MakeDeps,
  known: VersionedKey,
  request: AddFederatedRequest,
): Promise<Outcome<FederatedCredential, AddRefusal>> {
  const again = await replayChange(deps, known, request);
  if (!again.ok) return again;
  const expected = expectedClient(deps.records, again.value);
  const shown = await deps.directory.federatedOf(request.clientId, expected);
  const made = shown?.find(({ id }) => id === known.key.result?.keyId);
  return made ? replayed(made) : refused({ reason: "federated-not-found" });
}

/** What the attempt before has made; had it stood in its way, that would have been told as `federated-unfit`. */
async function madeBefore(
  { directory }: ChangeDeps,
  { entry: { operation } }: Held<AddFederatedOperation>,
  refusal: DirectoryRefusal,
): Promise<FederatedCredential | undefined> {
  let made: FederatedCredential | undefined;
  await isDoneBefore(refusal, async () => {
    const shown = await directory.federatedOf(operation.clientId, NOT_LATE);
    const { displayName } = operation;
    made = shown?.find((one) => isSameTrust(one, operation) && one.displayName === displayName);
    return made !== undefined;
  });
  return made;
}

/**
 * Made, if it was not made before. What the directory refuses because of another one is undone at once; any other refusal may be
 * that of a directory which does not show yet what this very operation has made, and is believed the second time.
 */
export const settleAddFederated =
  (deps: ChangeDeps): Settler<AddFederatedOperation> =>
  async (held) => {
    // What its customer has taken away may be what this has made.
    if (await isTrustEnded(deps, held)) return undone(deps, held, "removed");
    const answer = await make(deps, held, NOT_LATE);
    if (answer.kind === "not-now" || answer.kind === "unknown") throw unavailable(answer);
    if (answer.kind === "done") {
      await finish(deps, held, answer.value, await ownKey(deps.operations, held.entry));
      return "finished";
    }
    const { refusal } = answer;
    const isOthers =
      refusal.reason === "federated-unfit" && inTheWay(refusal.beside, held.entry.operation);
    const isUnfit = refusal.reason === "federated-unfit";
    const made = isUnfit ? undefined : await madeBefore(deps, held, refusal);
    if (!made) return mayBeLate(held) && !isOthers ? "waiting" : undone(deps, held, refusal.reason);
    await finish(deps, held, made, await ownKey(deps.operations, held.entry));
    return "finished";
  };
