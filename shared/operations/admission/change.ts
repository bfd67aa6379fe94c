import type { Outcome } from "../../base/outcome.ts";
import { refused } from "../../base/outcome.ts";
import type { ActivityRecords } from "../../clients/activity-records.ts";
import type { By } from "../../clients/actor.ts";
import type { CertificateDirectory } from "../../clients/certificate-directory.ts";
import type { CredentialRules } from "../../clients/credential-rules.ts";
import { expectedClient, expectedDeleted } from "../../clients/expected-client.ts";
import type { FederatedDirectory } from "../../clients/federated/federated-directory.ts";
import type {
  Answer,
  ClientDirectory,
  ClientRecords,
  DeletedClient,
  DirectoryRefusal,
  Expected,
  VersionedClient,
} from "../../clients/ports.ts";
import type { ClientRefusal, RefusedByDirectory } from "../../clients/reasons.ts";
import type { SecretDirectory } from "../../clients/secret-directory.ts";
import { remember } from "../settling/checks.ts";
import { reportRefusal } from "../settling/incident.ts";
import type { AccountRefusal } from "./account.ts";
import type { Came } from "./activity-of.ts";
import { type AdmitDeps, type AdmitRequest, admit, type InHand } from "./admit.ts";
import { toldOf, unavailable } from "./directory-answer.ts";
import { type EndDeps, end, type Left } from "./end.ts";
import type { IdempotentRequest, VersionedKey } from "./key.ts";
import { type Operation, takesPlace } from "./operation.ts";
import type { TellDeps } from "./tell.ts";

/** What every change of an existing client works with. */
export interface ChangeDeps extends AdmitDeps, EndDeps, TellDeps {
  readonly directory: ClientDirectory & SecretDirectory & CertificateDirectory & FederatedDirectory;
  readonly records: ClientRecords;
  readonly operations: AdmitDeps["operations"];
  readonly line: AdmitDeps["line"];
  readonly journal: AdmitDeps["journal"] & TellDeps["journal"];
  readonly credentialRules: CredentialRules;
  readonly activity: ActivityRecords;
}

export interface ChangeRequest {
  readonly subscription: string;
  readonly clientId: string;
  readonly by: By;
  /** ETag the caller has seen. */
  readonly ifMatch?: string;
  /** What forbids the change of the client as it is. */
  readonly forbids?: AdmitRequest<ClientOperation>["forbids"];
}

type ClientOperation = Exclude<Operation, { kind: "create" }>;

/** A change that has been admitted: nobody else changes the client until it ends. */
export interface Change<Kind extends ClientOperation> extends InHand<Kind> {
  readonly client: VersionedClient | DeletedClient;
  /** Why the directory should know the client; a late directory is waited for only while the client is recorded. */
  readonly expected: Required<Expected>;
}

export type BegunChange<Kind extends ClientOperation> =
  | { readonly state: "admitted"; readonly change: Change<Kind> }
  | { readonly state: "refused"; readonly refusal: ClientRefusal | AccountRefusal }
  | { readonly state: "known"; readonly key: VersionedKey };

export async function beginChange<Kind extends ClientOperation>(
  deps: ChangeDeps,
  { subscription, clientId, by, ifMatch, forbids }: ChangeRequest,
  operation: Kind,
  idempotency?: IdempotentRequest,
): Promise<BegunChange<Kind>> {
  const admission = await admit(deps, {
    subscription,
    operation,
    by,
    ifMatch,
    forbids,
    idempotency,
    remember: (operationId, startedAt) =>
      remember(
        deps,
        { type: "operation.check", version: 1, operationId, subscription, clientId },
        new Date(startedAt.getTime() + deps.reconcileAfterMs),
      ),
  });
  if (admission.state !== "admitted") return admission;
  const { client } = admission.inHand;
  if (!client) throw new Error("A change was admitted without its client");
  const expected =
    "deletedAt" in client
      ? expectedDeleted(deps.records, client)
      : expectedClient(deps.records, client.record);
  return { state: "admitted", change: { ...admission.inHand, client, expected } };
}

/** What stays of an operation that comes to nothing. */
type Besides = Pick<Left, "also" | "changed" | "secrets">;

/** Ends an operation as if it had not been asked for, but for its entry. */
async function giveUp(
  deps: EndDeps,
  { held, key, account, forget }: InHand,
  came: Came,
  besides: Besides,
): Promise<void> {
  const hasPlace = takesPlace(held.entry.operation);
  await end(deps, held, {
    ...besides,
    came,
    ...(key && { key: { key } }),
    ...(hasPlace && { placeBack: { known: account } }),
  });
  forget();
}

/**
 * What a change came to in the directory. Whatever was certainly not done ends the operation here; what may have been done
 * leaves it to be looked after.
 *
 * @param explain a refusal that this operation has a word of its own for
 * @param besides what the operation has done before, and stays when this was not done
 * @throws RemoteUnavailable when the caller has to come again
 */
export async function settled<T, Refusal>(
  deps: EndDeps & Parameters<typeof reportRefusal>[0],
  inHand: InHand,
  answer: Answer<T>,
  explain: (refusal: DirectoryRefusal) => Promise<Refusal> | Refusal,
  besides: Besides = {},
): Promise<Outcome<T, NonNullable<Refusal> | RefusedByDirectory>> {
  switch (answer.kind) {
    case "done":
      return { ok: true, value: answer.value };
    case "refused": {
      // First of all: what is to be found out about the refusal may not be found out now.
      await giveUp(deps, inHand, { outcome: "refused", reason: answer.refusal.reason }, besides);
      const own = await explain(answer.refusal);
      if (own !== undefined && own !== null) return refused(own);
      await reportRefusal(deps, inHand.held, answer.refusal);
      return refused(toldOf(answer.refusal));
    }
    case "not-now":
      await giveUp(deps, inHand, { outcome: "unavailable" }, besides);
      throw unavailable(answer);
    case "unknown":
      throw unavailable(answer);
  }
}
