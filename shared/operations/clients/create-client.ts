import { note } from "../../base/observation.ts";
import { done, type Outcome, refused } from "../../base/outcome.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { By } from "../../clients/actor.ts";
import type { ClientRecord, Role } from "../../clients/client.ts";
import type { Answer, DirectoryClient } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { Watcher } from "../../clients/watch.ts";
import type { ConsentQueue } from "../../consent/ports.ts";
import type { ConsentPromise } from "../../consent/request-consent.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { admit, type InHand } from "../admission/admit.ts";
import { type ChangeDeps, settled } from "../admission/change.ts";
import { tryEnd } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { IdempotentRequest, KeyRefusal } from "../admission/key.ts";
import type { CreateOperation, FirstSecret } from "../admission/operation.ts";
import { replayCreate } from "../admission/replay-create.ts";
import { inBackground } from "../settling/checks.ts";
import { discard, madeMeanwhile } from "../settling/given-up.ts";
import { madeOf, madeRecord } from "./made-record.ts";

/** docs/creating-a-client.md goes through these steps and says what a death between any two of them leads to. */

export interface CreateDeps extends ChangeDeps {
  readonly consentQueue: Pick<ConsentQueue, "scheduleRequested" | "putOff">;
  /** What a customer is promised about when an administrator decides. */
  readonly promise: ConsentPromise;
}

export interface CreateRequest {
  readonly subscription: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  /** Whom administrators are told of. */
  readonly requestedBy: string;
  readonly by: By;
  /** Whoever makes a client watches it, where their token proves a mail address. */
  readonly watcher?: Watcher | undefined;
  readonly idempotency?: IdempotentRequest;
}

/**
 * The message that has administrators told is sent before anything is done, and comes this much later: by then most creates
 * have ended, and whoever takes it finds out what became of this one. In milliseconds.
 */
export const ANNOUNCE_AFTER_MS = 1_000;

/** A key whose first request came to nothing is asked under anew; each time only if somebody else was faster to free it. */
const ATTEMPTS = 3;

/**
 * Creates a client for a subscription and asks for an administrator's consent.
 *
 * @throws RemoteUnavailable when it cannot be said that the client exists; it is then finished or undone without the caller
 */
export async function createClient(
  deps: CreateDeps,
  request: CreateRequest,
): Promise<Outcome<ClientRecord, ClientRefusal | AccountRefusal | KeyRefusal>> {
  const begun = await beginCreate(deps, request);
  return begun.state === "admitted" ? carryOut(deps, request, begun.inHand) : begun.outcome;
}

/** What came of an earlier request under the same key, or why there is no create, or one to carry out. */
export type BegunCreate =
  | { readonly state: "admitted"; readonly inHand: CreateInHand }
  | {
      readonly state: "answered";
      readonly outcome: Outcome<ClientRecord, ClientRefusal | AccountRefusal | KeyRefusal>;
    };

export type CreateInHand = InHand<CreateOperation>;

/** @param secret what it is to be made with */
export async function beginCreate(
  deps: CreateDeps,
  request: CreateRequest,
  secret?: FirstSecret,
): Promise<BegunCreate> {
  const { subscription, displayName, roles, requestedBy, watcher, idempotency } = request;
  const keyHash = idempotency?.keyHash;
  const what = { displayName, roles, requestedBy, watcher, keyHash };
  const operation: CreateOperation = { kind: "create", ...what, ...(secret && { secret }) };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const admission = await admit(deps, {
      subscription,
      operation,
      by: request.by,
      idempotency,
      remember: async (operationId, startedAt) => {
        const requestedAt = startedAt.toISOString();
        const message = { operationId, subscription, requestedAt };
        const at = new Date(startedAt.getTime() + ANNOUNCE_AFTER_MS);
        return inBackground(
          await deps.consentQueue.scheduleRequested(
            { type: "consent.requested", version: 2, ...message },
            at,
          ),
        );
      },
    });
    if (admission.state === "refused")
      return { state: "answered", outcome: refused(admission.refusal) };
    if (admission.state === "admitted") return admission;
    const replayed = await replayCreate(deps, admission.key, request);
    if (replayed !== "again") return { state: "answered", outcome: replayed };
  }
  throw new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 1 });
}

async function carryOut(
  deps: CreateDeps,
  request: CreateRequest,
  inHand: CreateInHand,
): Promise<Outcome<ClientRecord, ClientRefusal>> {
  const { held, key } = inHand;
  const { operationId } = held.entry;
  const answer = await deps.directory.create({ operationId, ...request });
  const found = answer.kind === "unknown" ? await lookFor(deps, operationId) : undefined;
  const created = await settled(deps, inHand, found ?? answer, () => undefined);
  if (!created.ok) return created;
  const record = madeRecord(held.entry, created.value, deps.promise);
  const made = await afterTheChange(async () => {
    const ended = await tryEnd(deps, held, {
      came: { outcome: "done", clientId: record.id },
      made: madeOf(held.entry, record),
      ...(key && { key: { key, result: { clientId: record.id } } }),
    });
    return ended === "lost" ? madeMeanwhile(deps, held.entry) : { record };
  });
  if (made) return done(made.record);
  await discard(deps, held.entry, created.value.id);
  throw new RemoteUnavailable("directory", { executed: "no" });
}

/** The answer was lost. The tag tells whether the client was made; if the directory does not say yet, it is asked again later. */
async function lookFor(
  { directory }: CreateDeps,
  operationId: string,
): Promise<Answer<DirectoryClient> | undefined> {
  const value = await afterTheChange(() => directory.findByOperation(operationId));
  if (!value) return undefined;
  note("create-answer-lost");
  return { kind: "done", value };
}
