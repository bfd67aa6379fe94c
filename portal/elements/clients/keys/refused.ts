import type { ProblemType } from "../../../../functions/edge/problem-types.ts";

/** What is said in the form itself, by the names of its texts: only who fills it in can meet these. */
export const REFUSED: Partial<
  Record<ProblemType | "", "federatedTaken" | "federatedFull" | "federatedRefused">
> = {
  "federated-exists": "federatedTaken",
  "federated-limit-reached": "federatedFull",
  "federated-not-allowed": "federatedRefused",
};
