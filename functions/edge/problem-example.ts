import { problem } from "./problem.ts";
import { refusalExamples } from "./problem-examples.ts";
import type { ProblemType } from "./problem-types.ts";

export const EXAMPLE_INSTANCE = "urn:uuid:0d9a5a52-7f0e-4a4b-8c1c-51a3a1f6b0de";

/** What the API would answer, word for word. */
export const exampleProblem = (type: ProblemType) =>
  problem(refusalExamples[type], EXAMPLE_INSTANCE);
