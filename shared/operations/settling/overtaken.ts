import type { ActivityRecords } from "../../clients/activity-records.ts";
import type { ClientEventType } from "../../events/client-event.ts";
import type { Held, Operation } from "../admission/operation.ts";

/** Entries that are looked at in one request. */
const PAGE = 1_000;

/**
 * Whether one of these has been done to the client, or to the credential whose end is moved, since the operation was set aside. It held
 * nothing from then on, so whoever asked for that has the last word. One that was never set aside has held its client, and costs nothing here.
 */
export async function isOvertaken(
  { activity }: { readonly activity: ActivityRecords },
  { entry }: Held<Exclude<Operation, { kind: "create" }>>,
  ...actions: readonly ClientEventType[]
): Promise<boolean> {
  const { parkedAt: since, subscription, operation } = entry;
  if (!since) return false;
  const keyId = operation.kind === "move-retirement" ? operation.keyId : undefined;
  for (let after: string | undefined, more = true; more; ) {
    const page = await activity.activity(subscription, { after, since }, PAGE);
    const isSo = page.entries.some(
      ({ action, clientId, credentialId, outcome, detail }) =>
        clientId === operation.clientId &&
        (keyId === undefined || keyId === credentialId || keyId === detail?.["replaced"]) &&
        outcome === "done" &&
        actions.some((one) => one === action),
    );
    if (isSo) return true;
    after = page.last;
    more = page.more;
  }
  return false;
}
