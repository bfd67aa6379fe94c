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
  // Whoever asks for it learns of a failure; nobody else is there to be told.
  setImmediate(() => loaded().catch(() => undefined));
  return loaded;
}
