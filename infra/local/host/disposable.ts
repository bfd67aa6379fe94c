/** `Disposable` of `@azure/functions-core`, which `@azure/functions` hands on to those who register hooks. */
export class Disposable {
  #release: (() => unknown) | undefined;

  constructor(release: () => unknown) {
    this.#release = release;
  }

  static from(...parts: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const part of parts) part.dispose();
    });
  }

  dispose(): unknown {
    const release = this.#release;
    this.#release = undefined;
    return release?.();
  }
}
