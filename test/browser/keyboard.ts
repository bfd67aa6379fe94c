import type { Page } from "playwright-core";

/** The focused control, through every shadow root, by what a screen reader calls it. */
const FOCUSED = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const label = element?.labels?.[0]?.textContent ?? element?.getAttribute("aria-label") ?? element?.textContent;
  return (label ?? "").replace(/\\s+/g, " ").trim();
})()`;

export const focused = (page: Page): Promise<string> => page.evaluate(FOCUSED);

/** More than any view has controls. */
const MOST_TABS = 40;

/** Presses Tab until a control is reached, as somebody without a mouse does. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = [];
  for (let press = 0; press < MOST_TABS; press += 1) {
    const at = await focused(page);
    if (typeof name === "string" ? at === name : name.test(at)) return;
    seen.push(at);
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached ${name}; it went over: ${seen.join(" | ")}`);
}

export async function pressOn(page: Page, name: string | RegExp, key = "Enter"): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press(key);
}
