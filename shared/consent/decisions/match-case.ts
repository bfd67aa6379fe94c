import type { ConsentCase } from "../consent-case.ts";

/** As texts are compared: without regard to case and to how a character is composed. */
const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Whether a case has a text in a name or an id: the client's, its customer's, or that of who asked. All of them without a text. */
export function matcher(text: string | undefined): (found: ConsentCase) => boolean {
  if (text === undefined) return () => true;
  const wanted = folded(text);
  return ({ displayName, subscription, requestedBy, requester, appId, clientId }) =>
    [displayName, subscription, requestedBy, requester?.subject ?? "", appId, clientId].some(
      (field) => folded(field).includes(wanted),
    );
}
