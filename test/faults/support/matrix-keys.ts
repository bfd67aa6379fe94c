import { CredentialListShape } from "../../../functions/http/credentials/credential-shapes.ts";
import { untilAnswered } from "./insist-on.ts";
import type { Lane } from "./matrix-lane.ts";
import { askedOperations } from "./matrix-operations.ts";
import { askFor } from "./matrix-run.ts";
import type { Subject } from "./matrix-subject.ts";

/** Whether a cell was about a certificate or a federated credential. */
export const isOfKey = (operation: string): boolean => /(certificate|federated)$/.test(operation);

/** Asked for again when all is well: what was to be made is there once, and what was to go is not there. */
export async function isAsAsked(
  lane: Lane,
  asked: string,
  subject: Subject,
): Promise<string | true> {
  const operation = askedOperations.find(({ name }) => name === asked);
  if (!operation || !subject.client) return "there is no such operation";
  const { status } = await untilAnswered(() => askFor(lane, operation, subject));
  const { id } = subject.client;
  const list = await untilAnswered(() =>
    subject.customer.call("GET", `/clients/${id}/credentials`),
  );
  const items = CredentialListShape()
    .parse(list.body)
    .items.filter(({ kind }) => kind !== "secret");
  if (asked.startsWith("remove"))
    return (items.length === 0 && [204, 404].includes(status)) || `${status}, ${items.length} left`;
  // The one that is rotated stays beside the new one for a day.
  const wanted = asked.includes("rotate") ? 2 : 1;
  return (status === 201 && items.length === wanted) || `${status}, ${items.length} there`;
}
