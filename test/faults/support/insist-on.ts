import { setTimeout as pause } from "node:timers/promises";
import type { Role } from "../../../shared/clients/client.ts";
import { type Call, refusalOf } from "../../support/api.ts";
import { clientOf, type ShownClient, secretOf } from "../../support/make.ts";
import type { SeenAnswer } from "../../support/openapi-check.ts";
import { newId } from "../../support/samples.ts";
import { AlreadyReturned, MadeKey } from "./wish.ts";

/**
 * What a test begins with, asked for as a customer does: again, under the same key, when the service says so. With deadlines of a
 * few seconds a machine that is busy with other tests may need that though nothing is wrong.
 */

const COME_AGAIN = [409, 429, 503];
const TIMES = 30;
const PAUSE_MS = 500;

export async function insistOnClient(
  call: Call,
  displayName: string,
  roles?: readonly Role[],
): Promise<ShownClient> {
  return clientOf(await insist(call, "/clients", { displayName, ...(roles && { roles }) }));
}

/** @throws when the answer with the value was lost */
export async function insistOnSecretValue(
  call: Call,
  clientId: string,
  displayName: string,
): Promise<ReturnType<typeof secretOf>> {
  return secretOf(await insist(call, `/clients/${clientId}/secrets`, { displayName }));
}

export async function insistOnSecret(
  call: Call,
  clientId: string,
  displayName: string,
): Promise<{ readonly keyId: string }> {
  const answer = await insist(call, `/clients/${clientId}/secrets`, { displayName });
  const already = AlreadyReturned.safeParse(answer.body);
  return already.success ? already.data : secretOf(answer);
}

/** A certificate or a federated credential: its id. */
export const insistOnKey = async (call: Call, path: string, json: object): Promise<string> =>
  MadeKey.parse((await insist(call, path, json)).body);

/** Anything else that is to be so before the test begins. */
export async function insistOnChange(ask: () => Promise<SeenAnswer>): Promise<void> {
  const answer = await untilAnswered(ask);
  if (answer.status >= 300) throw new Error(`It is refused: ${refusalOf(answer)}`);
}

/** Not there any more: where the answer to the first request was lost, the next one says that it has gone. */
export async function insistOnGone(ask: () => Promise<SeenAnswer>): Promise<void> {
  let times = 0;
  const answer = await untilAnswered(() => {
    times += 1;
    return ask();
  });
  const isGone = answer.status < 300 || (answer.status === 404 && times > 1);
  if (!isGone) throw new Error(`It is refused: ${refusalOf(answer)}`);
}

async function insist(call: Call, path: string, json: object): Promise<SeenAnswer> {
  const ask = { json, headers: { "idempotency-key": newId() } };
  const answer = await untilAnswered(() => call("POST", path, ask));
  const isMade = answer.status < 300 || AlreadyReturned.safeParse(answer.body).success;
  if (!isMade) throw new Error(`POST ${path} is ${refusalOf(answer)}`);
  return answer;
}

/** Asks for the same until the answer is not that one should come again. */
export async function untilAnswered(ask: () => Promise<SeenAnswer>): Promise<SeenAnswer> {
  for (let times = 1; ; times += 1) {
    const answer = await ask();
    const isKnown = AlreadyReturned.safeParse(answer.body).success;
    if (isKnown || !COME_AGAIN.includes(answer.status) || times === TIMES) return answer;
    await pause(PAUSE_MS);
  }
}
