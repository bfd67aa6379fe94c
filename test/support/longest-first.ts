import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { LONGEST } from "./longest-files.ts";

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
