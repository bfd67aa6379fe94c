import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take longest, longest first: whoever comes last should be short, or it is waited for alone. Vitest knows how long a
 * file took only where it has run before; a fresh clone, as CI has it, would go by their size.
 */
const LONGEST: readonly string[] = [
  "faults/kill",
  "faults/silence",
  "faults/matrix",
  "faults/consent",
  "integration/consent/clock",
  "integration/limits/limits",
  "integration/api/stop",
  "integration/consent/operators",
  "integration/api/outages",
  "integration/demo/demo",
  "integration/api/lookup",
  "integration/api/secrets",
  "integration/consent/costs",
  "security/fuzz",
  "security/leaks",
  "contract/bus/silence",
];

const TEST = `${import.meta.dirname}/..`;

/** 0 for the longest; as many as there are for one that is not among them. */
function rankOf({ moduleId }: TestSpecification): number {
  const at = LONGEST.indexOf(relative(TEST, moduleId).replace(/\.test\.ts$/, ""));
  return at < 0 ? LONGEST.length : at;
}

/** Vitest's own order of groups and projects; in a project the longest come first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const byProject = Map.groupBy(sorted, ({ project }) => project.name);
    return [...byProject.values()].flatMap((its) => its.toSorted((a, b) => rankOf(a) - rankOf(b)));
  }
}
