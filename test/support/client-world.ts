import { DirectoryRefused } from "../../shared/clients/ports.ts";
import type { CreateOperation, Held } from "../../shared/operations/admission/operation.ts";
import { type CreateRequest, createClient } from "../../shared/operations/clients/create-client.ts";
import { deleteClient } from "../../shared/operations/clients/delete-client.ts";
import { renameClient } from "../../shared/operations/clients/rename-client.ts";
import {
  type AddSecretRequest,
  addSecret,
} from "../../shared/operations/credentials/add-secret.ts";
import { removeSecret } from "../../shared/operations/credentials/remove-secret.ts";
import { abandoned, aClient, type TestProduct, testProduct } from "./product.ts";
import { ANN, newId } from "./samples.ts";

/** What most tests of operations begin with: a product in memory, and in it one client of Ann's. */

/** A request that can be told from a repetition, under the key that `abandoned` takes as well. */
export const THE_REQUEST = { keyHash: "key", fingerprint: "the request" } as const;

/** Ann asks for another client. */
export const ANOTHER: CreateRequest = {
  subscription: "contoso",
  by: ANN,
  displayName: "Another",
  roles: ["api.read"],
  requestedBy: "Ann",
};

/** The operation that such a request becomes. */
export const aCreate = (keyHash?: string): CreateOperation => ({
  kind: "create",
  displayName: "New",
  roles: ["api.read"],
  requestedBy: "Ann",
  keyHash,
});

export async function clientWorld(product: TestProduct = testProduct()) {
  const client = await aClient(product);
  const own = { subscription: "contoso", by: ANN, clientId: client.id } as const;
  const read = () => product.records.client("contoso", client.id);
  const another = (changes: Partial<CreateRequest> = {}) => ({ ...ANOTHER, ...changes });
  const aSecret = (changes: Partial<AddSecretRequest> = {}): AddSecretRequest => ({
    ...own,
    displayName: "Production",
    lifetimeDays: 30,
    ...changes,
  });
  return {
    ...product,
    /** As its create has left it. */
    client,
    /** Who asks, and of which client. */
    own,
    create: (changes: Partial<CreateRequest> = {}) => createClient(product, another(changes)),
    aSecret,
    /** A secret that was added, with its value. */
    added: async (changes: Partial<AddSecretRequest> = {}) => {
      const answer = await addSecret(product, aSecret(changes));
      if (!answer.ok) throw new Error(answer.refusal.reason);
      return answer.value;
    },
    remove: (keyId: string) => removeSecret(product, { ...own, keyId }),
    rename: (displayName = "Renamed", ifMatch?: string) =>
      renameClient(product, { ...own, displayName, ...(ifMatch !== undefined && { ifMatch }) }),
    delete: () => deleteClient(product, own),
    /** As if administrators had consented. */
    grant: async (): Promise<void> => {
      const found = await read();
      if (!found) throw new Error("There is no client");
      const consent = { ...found.record.consent, state: "granted" as const };
      await product.records.save({ ...found.record, consent }, found.version);
    },
    record: async () => (await read())?.record,
    /** Its secrets, as the directory has them. */
    inDirectory: async () =>
      ((await product.directory.secretsOf(client.id, client)) ?? []).map(({ keyId }) => keyId),
    /** Its secrets, as the records have them. */
    onRecord: async () =>
      (await product.secrets.secretsOf("contoso", client.id)).map(({ record }) => record),
    /** Whether its removal is on record. */
    knownToBeGone: async (keyId: string | undefined): Promise<boolean> => {
      const found = await product.clientsTable.get("contoso", `secret:${client.id}:${keyId}`);
      return found?.row["goneAt"] !== undefined;
    },
    /** The types of the events, in the order in which they were told. */
    told: () => product.events.published.map(({ type }) => type),
    /** What became of the key of `THE_REQUEST`. */
    key: () => product.operations.key("contoso", THE_REQUEST.keyHash),
    writes: async () => (await product.operations.account("contoso")).account.writes,
    /** Deleted clients that the directory keeps, as its account counts them. */
    countedDeleted: async () => {
      const { deletedOn = {} } = (await product.operations.account("contoso")).account;
      return Object.values(deletedOn).reduce((sum, count) => sum + count, 0);
    },
    /** Another host's change of the account. */
    chargeElsewhere: async (): Promise<void> => {
      const { clients } = product.tables;
      const found = await clients.get("contoso", "account");
      if (!found) throw new Error("The subscription has no account");
      const { row, etag } = found;
      await clients.replace({ ...row, writes: Number(row["writes"]) + 1, writeId: newId() }, etag);
    },
    /** For how long, in milliseconds of the product's clock. */
    elapsed: async (work: () => Promise<unknown>): Promise<number> => {
      const before = product.runtime.now().getTime();
      await work();
      return product.runtime.now().getTime() - before;
    },
    /** A create that was set aside because the directory will not show what became of it. */
    parkedCreate: async (keyHash?: string): Promise<Held> => {
      const held = await abandoned(product, aCreate(keyHash));
      product.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));
      if ((await product.settle(held)) !== "parked") throw new Error("It was not set aside");
      return held;
    },
    /** What is under way is settled once more, however often it has been taken up by now. */
    settleAgain: async (): Promise<unknown> => product.settle(await firstUnderWay(product)),
  };
}

export type ClientWorld = Awaited<ReturnType<typeof clientWorld>>;

/** @throws Error when nothing is under way */
export async function firstUnderWay({
  operations,
}: Pick<TestProduct, "operations">): Promise<Held> {
  const [held] = await operations.allUnderWay("contoso");
  if (!held) throw new Error("Nothing is under way");
  return held;
}
