import { setTimeout as pause } from "node:timers/promises";
import { type ShownClient, tokenStatus } from "../../support/make.ts";

/** So often the program asks: without a pause it would be all that the machine does. */
const EVERY_MS = 100;

export interface Polled {
  readonly asked: number;
  /** Statuses other than 200, and what stood in the sink then. */
  readonly refused: readonly number[];
  /** Secrets that the client had at most. */
  readonly most: number;
}

/**
 * A program that reads a sink and asks for a token with what it finds, over and over.
 *
 * @param current what stands in the sink
 * @param countSecrets that the client has
 */
export function keepPolling(
  client: ShownClient,
  current: () => Promise<string | undefined>,
  countSecrets: () => Promise<number>,
) {
  const seen = { asked: 0, refused: [] as number[], most: 0 };
  let going = true;
  let rounds: Promise<void> = Promise.resolve();
  const round = async () => {
    const status = await tokenStatus(client, (await current()) ?? "nothing");
    seen.asked += 1;
    if (status !== 200) seen.refused.push(status);
    seen.most = Math.max(seen.most, await countSecrets());
  };
  const all = (async () => {
    while (going) {
      rounds = round();
      await rounds;
      await pause(EVERY_MS);
    }
  })();
  return {
    /** Until nobody works any more with what was read before. */
    settled: () => rounds,
    stop: async (): Promise<Polled> => {
      going = false;
      await all;
      return seen;
    },
  };
}
