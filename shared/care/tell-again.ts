import { AGAIN, insist } from "../base/insist.ts";
import type { Runtime } from "../base/runtime.ts";
import type { SecretRecords } from "../clients/secret-record.ts";
import type { DueIndex } from "./due-index.ts";
import type { LetterLine } from "./letter-box.ts";

export interface TellAgainDeps {
  readonly secrets: Pick<SecretRecords, "secret" | "saveSecret">;
  readonly index: Pick<DueIndex, "put">;
  readonly runtime: Runtime;
}

/**
 * A line that no letter tells, for its client was not there when the letter went, or the secret was to retire, counts as not told: if
 * the client comes back, or the secret is kept, so does what is due. It is put into the index as well, for that may be so by now and
 * have been indexed without it. A read, a write and a request of the index. The line itself has to stay until this is done: after a death in between all of it is done again.
 */
export async function tellAgain(
  { secrets, index, runtime }: TellAgainDeps,
  subscription: string,
  { clientId, keyId, mark }: LetterLine,
): Promise<void> {
  await insist(runtime, async () => {
    const found = await secrets.secret(subscription, clientId, keyId);
    if (!found) return;
    const { record, version } = found;
    const told = record.told.filter((one) => one !== mark);
    return (await secrets.saveSecret({ ...record, told }, version)) ? undefined : AGAIN;
  });
  const at = runtime.now();
  await index.put([{ subscription, clientId, keyId, at }], at);
}
