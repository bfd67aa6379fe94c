import { CLIENT, readAccount, readClient } from "../../../shared/adapters/records/client-rows.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { Account } from "../../../shared/operations/admission/account.ts";
import type { Found } from "./found.ts";

/** What was found, read. */
export interface State {
  readonly found: Found;
  /** Names of the directory's registrations, by client. */
  readonly names: ReadonlyMap<string, string>;
  /** Secrets in the directory. */
  readonly secrets: ReadonlySet<string>;
  /** Certificates and federated credentials in the directory, by their ids. */
  readonly keys: Found["keys"];
  /** Clients that the directory issues no tokens to. */
  readonly disabled: ReadonlySet<string>;
  /** Clients to which the directory grants all the roles that they ask for. */
  readonly granted: ReadonlySet<string>;
  readonly records: ReadonlyMap<string, ClientRecord>;
  readonly accounts: readonly Account[];
  /** Subscriptions that operators have suspended, or blocked. */
  readonly suspended: ReadonlySet<string>;
  /** Of those, the ones that are to end, or have ended. */
  readonly offboarded: ReadonlySet<string>;
  readonly blocked: ReadonlySet<string>;
}

export function stateOf(found: Found): State {
  const { registered, granted, clients } = found;
  const records = new Map(
    clients
      .filter(({ rowKey }) => rowKey.startsWith(CLIENT))
      .map(readClient)
      .map((record) => [record.id, record]),
  );
  const accounts = clients
    .filter(({ rowKey }) => rowKey === "account")
    .map((row) => readAccount(row.partitionKey, { row, etag: "" }).account);
  const those = (is: (account: Account) => boolean) =>
    new Set(accounts.filter(is).map(({ subscription }) => subscription));
  return {
    found,
    names: new Map(registered.map(({ id, displayName }) => [id, displayName])),
    secrets: new Set(registered.flatMap((one) => one.passwordCredentials.map((s) => s.keyId))),
    keys: found.keys,
    disabled: new Set(
      registered.filter(({ isDisabled }) => isDisabled === true).map(({ id }) => id),
    ),
    granted: new Set(
      [...granted].flatMap(([id, roles]) =>
        roles > 0 && roles >= (records.get(id)?.roles.length ?? 0) ? [id] : [],
      ),
    ),
    records,
    accounts,
    suspended: those((account) => account.suspended !== undefined),
    offboarded: those((account) => account.suspended?.deleteAt !== undefined),
    blocked: those((account) => account.blocked !== undefined),
  };
}
