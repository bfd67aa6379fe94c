import type { Answer, DirectoryRefusal } from "../../../shared/clients/ports.ts";

/** What a change without a value answers when it was made. */
export const DONE = { kind: "done", value: undefined };

export const refused = (reason: Exclude<DirectoryRefusal["reason"], "refused">) => ({
  kind: "refused",
  refusal: { reason },
});

export const ABSENT = refused("absent");

/** The value of a change that was made. */
export function doneOrFail<T>(answer: Answer<T>): T {
  if (answer.kind !== "done") throw new Error(`Not done: ${JSON.stringify(answer)}`);
  return answer.value;
}
