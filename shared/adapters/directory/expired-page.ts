import type { Answer } from "../../clients/ports.ts";

/** The mark of a page lives as long as the directory likes; a pass may be gone on with an hour later. */
export const isExpired = (answer: Answer<unknown>): boolean =>
  answer.kind === "refused" &&
  (answer.refusal.reason === "absent" ||
    (answer.refusal.reason === "refused" && [400, 410].includes(answer.refusal.status)));
