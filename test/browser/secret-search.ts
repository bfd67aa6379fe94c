import type { CDPSession, Page } from "playwright-core";

/** Looks for a text everywhere a page could keep one. Each place answers with what was found there: nothing, one hopes. */

const EVERYWHERE = `(async (needle) => {
  const found = [];
  const look = (where, text) => { if (String(text).includes(needle)) found.push(where); };
  const walk = (root, where) => {
    look(where, root.innerHTML);
    for (const element of root.querySelectorAll("*")) {
      if ("value" in element) look(where + " value of " + element.localName, element.value);
      if (element.shadowRoot) walk(element.shadowRoot, where + " > " + element.localName);
    }
  };
  walk(document, "document");
  look("address", location.href);
  look("history", JSON.stringify(history.state));
  look("title", document.title);
  look("window.name", window.name);
  look("cookies", document.cookie);
  look("localStorage", JSON.stringify({ ...localStorage }));
  look("sessionStorage", JSON.stringify({ ...sessionStorage }));
  for (const { name } of await indexedDB.databases()) found.push("indexedDB " + name);
  for (const name of await caches.keys()) found.push("cache " + name);
  return found;
})`;

export const searchPage = (page: Page, secret: string): Promise<string[]> =>
  page.evaluate(`${EVERYWHERE}(${JSON.stringify(secret)})`);

/** Every string the page's scripts still hold, after a collection: the whole JavaScript heap. */
export async function heapHolds(session: CDPSession, secret: string): Promise<boolean> {
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  let snapshot = "";
  const take = ({ chunk }: { chunk: string }) => {
    snapshot += chunk;
  };
  session.on("HeapProfiler.addHeapSnapshotChunk", take);
  await session.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  session.off("HeapProfiler.addHeapSnapshotChunk", take);
  return snapshot.includes(secret);
}

/** The addresses of the tab's history, those of back and forward included. */
export async function historyOf(session: CDPSession): Promise<string[]> {
  const { entries } = await session.send("Page.getNavigationHistory");
  return entries.flatMap(({ url, userTypedURL, title }) => [url, userTypedURL, title]);
}
