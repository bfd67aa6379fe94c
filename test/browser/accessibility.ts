import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import * as z from "zod";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const Results = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      help: z.string(),
      nodes: z.array(z.object({ target: z.array(z.unknown()), failureSummary: z.string() })),
    }),
  ),
  /** How many elements kept each rule. */
  kept: z.record(z.string(), z.number()),
});

/** The page's own policy lets no foreign script in; one that is there before the page is not asked. */
export const bringAxe = (context: BrowserContext): Promise<unknown> => context.addInitScript(AXE);

/**
 * Every rule axe has for WCAG 2.2 AA and good practice, through every shadow root; contrast counts from 4.5.
 *
 * @param options.colours false where the same elements have been looked at in the same colours: contrast is half of the work
 */
export async function expectNoViolations(
  page: Page,
  view: string,
  { colours = true }: { readonly colours?: boolean } = {},
): Promise<void> {
  const results = Results.parse(
    await page.evaluate(
      `axe.run(document, { resultTypes: ["violations", "passes"], rules: { "color-contrast": { enabled: ${colours} }, "color-contrast-enhanced": { enabled: false } } })
        .then(({ violations, passes }) => ({ violations, kept: Object.fromEntries(passes.map(({ id, nodes }) => [id, nodes.length])) }))`,
    ),
  );
  const told = results.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ target, failureSummary }) => `  ${JSON.stringify(target)} ${failureSummary}`).join("\n")}`,
  );
  expect(told, `${view}: ${told.join("\n")}`).toEqual([]);
  // A run that looked at nothing would find nothing either.
  const { kept } = results;
  if (colours)
    expect(kept["color-contrast"], `${view}: texts whose contrast was measured`).toBeGreaterThan(3);
  expect(kept["region"], `${view}: elements whose place was looked at`).toBeGreaterThan(3);
}

/** How far the page is wider than its window, and what sticks out. */
export const sticksOut = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const out = [];
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > wide) out.push("the page scrolls sideways");
    const walk = (root) => {
      for (const element of root.querySelectorAll("*")) {
        const box = element.getBoundingClientRect();
        const clipped = element.closest("pre, .hidden, .skip");
        if (box.width > 0 && box.right > wide + 1 && !clipped) out.push(element.localName + "." + element.className);
        if (element.shadowRoot) walk(element.shadowRoot);
      }
    };
    walk(document);
    return out;
  })()`);
