import type { ReactiveController, ReactiveControllerHost } from "lit";

const EVERY_MS = 1_000;
/** Without seconds on screen there is nothing to see sooner. */
const CALM_EVERY_MS = 15_000;

/** Re-renders its host while time on screen runs: each second where seconds are shown, seldom otherwise, never when hidden. */
export class Ticker implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether this rendering showed seconds; set by whoever formats a countdown. */
  showsSeconds = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdate(): void {
    this.showsSeconds = false;
  }

  hostUpdated(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        if (document.visibilityState === "visible") this.#host.requestUpdate();
        else this.hostUpdated();
      },
      this.showsSeconds ? EVERY_MS : CALM_EVERY_MS,
    );
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }
}
