/**
 * What a helper has started, to be ended when the file that asked for it is done. A worker keeps the modules it has loaded for its
 * next file, so a helper cannot register `afterAll` while it loads: it would be heard for the first file only.
 */

type Step = () => unknown;
const steps: Step[] = [];

/** The last that is registered is the first to be ended. */
export const afterFile = (step: Step): void => {
  steps.push(step);
};

/** Goes through all of them even when one fails; the first failure is thrown at the end. */
export async function endFile(): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps.splice(0).reverse()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

const lines: string[] = [];

/** Something that a process of the test's has written, shown with the test that fails. */
export const noteLine = (line: string): void => {
  lines.push(line);
};

/** @returns what has been written since, as one text */
export function linesFromNow(): () => string {
  const from = lines.length;
  return () => lines.slice(from).join("\n");
}

export const forgetLines = (): void => {
  lines.length = 0;
};
