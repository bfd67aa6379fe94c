import type { CDPSession, Page } from "playwright-core";

/** What a page asks for until its first list is on screen, and what it computes: neither depends on what else the machine does. */
export interface Path {
  /** Requests that had to wait for each other: each costs a visitor one way to the service and back. */
  readonly rounds: number;
  readonly requests: readonly string[];
  /** As they come over the wire, headers included. */
  readonly kilobytes: number;
  /** Processor time of the page's main thread, in milliseconds. */
  readonly processorMs: number;
}

interface Asked {
  readonly url: string;
  readonly round: number;
  endedAt: number;
  bytes: number;
}

/** Follows a visit by what the browser says of its network and its main thread, until `arrived`. */
export async function pathOf(page: Page, visit: () => Promise<void>): Promise<Path> {
  const session = await page.context().newCDPSession(page);
  const asked = new Map<string, Asked>();
  const ended = () => [...asked.values()].filter(({ endedAt }) => endedAt > 0);
  session.on("Network.requestWillBeSent", ({ requestId, request, initiator }) => {
    // What the document names is asked for with it, whatever else was quicker. What a script asks for it may have waited for.
    const known =
      initiator.type === "parser" ? 1 : Math.max(0, ...ended().map(({ round }) => round));
    asked.set(requestId, {
      url: new URL(request.url).pathname,
      round: known + 1,
      endedAt: 0,
      bytes: 0,
    });
  });
  session.on("Network.loadingFinished", ({ requestId, timestamp, encodedDataLength }) => {
    const one = asked.get(requestId);
    if (one) Object.assign(one, { endedAt: timestamp, bytes: encodedDataLength });
  });
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const before = await mainThread(session);
  await visit();
  const after = await mainThread(session);
  const path = [...asked.values()].filter(({ url }) => !url.endsWith(".svg"));
  await session.detach();
  return {
    rounds: Math.max(...path.map(({ round }) => round)),
    requests: path.map(({ url, round }) => `${round} ${url}`),
    kilobytes: Math.ceil(path.reduce((sum, { bytes }) => sum + bytes, 0) / 1024),
    processorMs: Math.ceil((after - before) * 1_000),
  };
}

async function mainThread(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
}
