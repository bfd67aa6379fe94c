/**
 * Loads a part of the bundle once: as soon as the app is up, or when it is first asked for, whichever is sooner. What no
 * function needs in order to be registered keeps no cold start waiting.
 */
export function loadSoon<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  const loaded = (): Promise<T> => {
    loading ??= load();
    return loading;
  };
  // Not caught: what cannot be opened is set up wrongly, and an app that is set up wrongly must not start.
  setImmediate(() => void loaded());
  return loaded;
}
