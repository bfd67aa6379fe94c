/** Another tab's change is worth a look at once; a page that was away, only when what it shows is old. */
const STALE_MS = 10_000;
const CHANNEL = "latchkey";

/**
 * Follows what happens around an element: back online, back on screen, a change made in another tab, and the page being
 * left (which may put it, with all that it shows, into the browser's back-forward cache).
 */
export function watchPage(on: {
  readonly wakeUp: () => void;
  readonly leave: () => void;
  readonly ageMs: () => number;
}): { readonly stop: () => void; readonly tell: () => void } {
  const gone = new AbortController();
  const { signal } = gone;
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", on.wakeUp, { signal });
  addEventListener("online", on.wakeUp, { signal });
  addEventListener("pagehide", on.leave, { signal });
  const look = () => {
    if (document.visibilityState === "visible" && on.ageMs() > STALE_MS) on.wakeUp();
  };
  document.addEventListener("visibilitychange", look, { signal });
  return {
    stop: () => {
      gone.abort();
      channel.close();
    },
    // Only that something changed: ids and names stay in the tab that has them.
    tell: () => channel.postMessage("changed"),
  };
}
