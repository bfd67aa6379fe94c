import type { Runtime } from "../base/runtime.ts";
import type { ClientCredentials, TokenEndpoint } from "./token-endpoint.ts";

export interface ReadyDeps {
  readonly tokenEndpoint: TokenEndpoint;
  readonly runtime: Pick<Runtime, "now" | "pause">;
}

/** Longest time that one answer is waited for, in milliseconds. */
const ASK_MS = 5_000;
/** It has several servers, and the next one to be asked may not know the secret yet. */
const IN_A_ROW = 2;
const CONFIRM_MS = 500;
/**
 * Pauses between refusals, in milliseconds: about 18 requests in a minute. A policy of B2C takes 6,000 in 5 minutes from one
 * address, and the directory 60 new secrets a minute: so all that can wait at once stay below that.
 */
const PAUSES_MS = [1_000, 1_500, 2_000, 3_000];
const LONGEST_PAUSE_MS = 4_000;
/** Whatever the clock says. */
const MOST_REQUESTS = 60;

/**
 * Whether a new secret works, as soon as it does: asked of the token endpoint until it has taken it twice in a row. Keeps the
 * value for no longer than that, and holds nothing else meanwhile.
 *
 * @param until false when it does not work by then, or cannot any more
 */
export async function waitUntilReady(
  { tokenEndpoint, runtime }: ReadyDeps,
  credentials: ClientCredentials,
  until: Date,
): Promise<boolean> {
  const endsAt = until.getTime();
  const pauses = PAUSES_MS.values();
  let inARow = 0;
  for (let asked = 0; asked < MOST_REQUESTS; asked += 1) {
    const leftMs = endsAt - runtime.now().getTime();
    if (leftMs <= 0) return false;
    const said = await tokenEndpoint.tryOut(credentials, Math.min(leftMs, ASK_MS));
    inARow = said.kind === "accepted" ? inARow + 1 : 0;
    if (inARow === IN_A_ROW) return true;
    const usualMs = inARow > 0 ? CONFIRM_MS : (pauses.next().value ?? LONGEST_PAUSE_MS);
    const wantedMs = said.kind === "unsaid" ? (said.retryAfterSeconds ?? 0) * 1_000 : 0;
    // Told to stay away for longer than there is time, nobody is served by waiting for the end of it.
    const stillMs = endsAt - runtime.now().getTime();
    if (wantedMs >= stillMs && wantedMs > 0) return false;
    await runtime.pause(Math.max(0, Math.min(stillMs, Math.max(usualMs, wantedMs))));
  }
  return false;
}
