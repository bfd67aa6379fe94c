import { activityRecords } from "../shared/adapters/records/activity-records.ts";
import { clientRecords } from "../shared/adapters/records/client-records.ts";
import { tableJournal } from "../shared/adapters/records/journal.ts";
import { operationRecords } from "../shared/adapters/records/operation-records.ts";
import { secretRecords } from "../shared/adapters/records/secret-records.ts";
import type { Table } from "../shared/adapters/records/table.ts";
import type { ClientRecord } from "../shared/clients/client.ts";
import type {
  AddCertificateOperation,
  Held,
  RemoveCertificateOperation,
  RemoveSecretOperation,
  ResumeOperation,
  RetireSecretOperation,
  RotateCertificateOperation,
  SuspendOperation,
} from "../shared/operations/admission/operation.ts";
import type { CreateDeps } from "../shared/operations/clients/create-client.ts";
import { type DeleteDeps, settleDelete } from "../shared/operations/clients/delete-client.ts";
import { settlePurge } from "../shared/operations/clients/purge-client.ts";
import { settleRename } from "../shared/operations/clients/rename-client.ts";
import { type RestoreDeps, settleRestore } from "../shared/operations/clients/restored.ts";
import { settleStop } from "../shared/operations/clients/suspend-client.ts";
import { settleAddFederated } from "../shared/operations/credentials/add-federated.ts";
import { settleMoveRetirement } from "../shared/operations/credentials/move-retirement.ts";
import { settleRegistration } from "../shared/operations/credentials/register-certificate.ts";
import { settleRemoveFederated } from "../shared/operations/credentials/remove-federated.ts";
import { settleRemoval } from "../shared/operations/credentials/remove-secret.ts";
import { settle } from "../shared/operations/settling/settle.ts";
import { settleAddSecret } from "../shared/operations/settling/settle-add-secret.ts";
import { settleCreate } from "../shared/operations/settling/settle-create.ts";
import { settleRotate } from "../shared/operations/settling/settle-rotate.ts";

/** What operations work with besides the tables of their records. */
type Shared = Omit<
  CreateDeps & RestoreDeps,
  "records" | "secrets" | "operations" | "journal" | "activity" | "settle"
>;

/**
 * Operations on one way to their tables, and how each of them is settled.
 *
 * @param unlist takes a deleted client's consent off its list
 */
export function composeOperations(
  { consentQueue, promise, ...shared }: Shared,
  tables: { readonly clients: Table; readonly journal: Table },
  unlist: (record: ClientRecord) => Promise<void>,
) {
  const { newId, pause } = shared.runtime;
  const operations = {
    ...shared,
    records: clientRecords(tables.clients, newId, pause),
    secrets: secretRecords(tables.clients, newId),
    operations: operationRecords(tables.clients, newId),
    journal: tableJournal(tables.journal),
    activity: activityRecords(tables.clients),
    settle: (held: Held) => settle(settling, held),
  };
  const creating: CreateDeps & RestoreDeps = { ...operations, consentQueue, promise };
  const deleting: DeleteDeps = { ...operations, unlist };
  const settling = {
    ...operations,
    settlers: {
      create: settleCreate(creating),
      rename: settleRename(operations),
      delete: settleDelete(deleting),
      "add-secret": settleAddSecret(operations),
      "remove-secret": settleRemoval<RemoveSecretOperation>(operations),
      "rotate-secret": settleRotate(operations),
      "add-certificate": settleRegistration<AddCertificateOperation>(operations),
      "remove-certificate": settleRemoval<RemoveCertificateOperation>(operations),
      "rotate-certificate": settleRegistration<RotateCertificateOperation>(operations),
      "retire-secret": settleRemoval<RetireSecretOperation>(operations),
      "move-retirement": settleMoveRetirement(operations),
      "add-federated": settleAddFederated(operations),
      "remove-federated": settleRemoveFederated(operations),
      restore: settleRestore(creating),
      purge: settlePurge(operations),
      suspend: settleStop<SuspendOperation>(operations),
      resume: settleStop<ResumeOperation>(operations),
    },
  };
  return { operations, creating, deleting, settling };
}
