import type { Page } from "playwright-core";

const A_MINUTE_MS = 60_000;

/**
 * Stops a page's clock, for what it shows or does for some seconds only: that stays until a test lets the seconds go by
 * (`page.clock.runFor`), however slow the machine is. The page is a minute ahead from then on, because a clock can be stopped in
 * the future only. What it had set to happen before goes on in real time, but for a page that is opened or loaded again afterwards.
 */
export async function stopClock(page: Page): Promise<void> {
  const { clock } = page;
  await clock.install();
  await clock.pauseAt(Date.now() + A_MINUTE_MS);
}
