import type { Claims } from "./address.ts";
import { BusError } from "./bus-error.ts";

type Right = "Send" | "Listen";

interface Standing {
  readonly path: string;
  readonly right: Right;
  readonly detach: (error: BusError) => void;
}

/** setTimeout's largest delay; beyond it Node fires at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The links of one connection that stand on its claims: Azure ends them when the token under them has expired. */
export class Claimed {
  readonly #claims: Claims;
  readonly #standing = new Set<Standing>();
  #timer: NodeJS.Timeout | undefined;

  constructor(claims: Claims) {
    this.#claims = claims;
  }

  /** @returns what to call when the link has ended by itself */
  join(path: string, right: Right, detach: (error: BusError) => void): () => void {
    const standing = { path, right, detach };
    this.#standing.add(standing);
    return () => this.#standing.delete(standing);
  }

  /** To be called when a token has come: the next expiry may have moved. */
  renewed(now = Date.now()): void {
    clearTimeout(this.#timer);
    const next = this.#claims.nextExpiry(now);
    if (next === undefined) return;
    const delay = Math.min(Math.max(next - now, 1), LONGEST_DELAY_MS);
    this.#timer = setTimeout(() => this.#sweep(Date.now()), delay).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#standing.clear();
  }

  #sweep(now: number): void {
    for (const standing of this.#standing) {
      if (this.#claims.covers(standing.path, now)) continue;
      this.#standing.delete(standing);
      standing.detach(renewToken(standing));
    }
    this.renewed(now);
  }
}

/** In Azure's words. */
function renewToken({ path, right }: Standing): BusError {
  return new BusError(
    "amqp:link:detach-forced",
    `The link is force detached. Code: RenewToken. Details: Unauthorized access. '${right}' claim(s) are required to perform this operation. Resource: '${path}'.`,
  );
}
