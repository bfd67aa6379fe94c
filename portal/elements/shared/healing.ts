import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Trouble } from "./trouble.ts";

const FIRST_MS = 4_000;
const LONGEST_MS = 60_000;

/** What the same request may get over: not a missing right, nor something that is gone. */
export const passes = ({ kind, type, retryAt }: Trouble): boolean =>
  kind === "offline" ||
  kind === "token" ||
  retryAt !== undefined ||
  type === "unavailable" ||
  type === "internal-error";

/**
 * Asks again after an outage without anybody pressing anything: when the service said, or else after pauses that grow. A page
 * that nobody looks at waits until it is looked at.
 */
export class Healing implements ReactiveController {
  readonly #again: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(host: ReactiveControllerHost, again: () => void) {
    this.#again = again;
    host.addController(this);
  }

  /** Takes note of how a reading ended. @returns the trouble, with the time of the next attempt */
  after(trouble: Trouble | undefined, now: number): Trouble | undefined {
    clearTimeout(this.#timer);
    if (!trouble || !passes(trouble)) {
      this.#failures = 0;
      return trouble;
    }
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    const againAt = Math.max(trouble.retryAt ?? now + pause, now + 1_000);
    this.#timer = setTimeout(() => this.#look(), againAt - now);
    return { ...trouble, againAt };
  }

  #look(): void {
    if (document.visibilityState === "visible") this.#again();
    else document.addEventListener("visibilitychange", () => this.#look(), { once: true });
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }
}
