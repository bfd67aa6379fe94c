/**
 * Has the browser ask before the page is left, as long as there is something to lose. The listener is there no longer than that:
 * a page with one is kept out of the back-forward cache by some browsers.
 */
export function leavingGuard(): (wanted: boolean) => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  return (wanted) => {
    if (wanted) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
  };
}
