import type { Key } from "./key.ts";
import { keyHashOf, type UnderWay } from "./operation.ts";
import type { OperationRecords } from "./ports.ts";

/** The key that an operation was admitted with, if it still is that operation's. */
export async function ownKey(
  operations: Pick<OperationRecords, "key">,
  { subscription, operation, operationId }: UnderWay,
): Promise<Key | undefined> {
  const keyHash = keyHashOf(operation);
  const found = keyHash === undefined ? undefined : await operations.key(subscription, keyHash);
  return found?.key.operationId === operationId ? found.key : undefined;
}
