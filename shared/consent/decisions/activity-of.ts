import type { Activity } from "../../clients/activity.ts";
import type { ClientEventType } from "../../events/client-event.ts";
import type { Decision, Verdict } from "./decision.ts";

const ACTIONS: Readonly<Record<Verdict, ClientEventType>> = {
  granted: "consent.granted",
  rejected: "consent.rejected",
  revoked: "consent.revoked",
  deleted: "client.deleted",
};

/** What stays on record of a decision, whoever carries it out: by whom, or found in the directory, under the id that it has. */
export function activityOf(decision: Decision): Activity {
  const { id, to, at, by = { kind: "directory" as const }, requestId, reason, subject } = decision;
  const action = ACTIONS[to];
  return {
    id: `${id}:${action}`,
    at,
    by: { actor: by, ...(requestId !== undefined && { requestId }) },
    action,
    subscription: subject.subscription,
    clientId: subject.clientId,
    outcome: "done",
    detail: {
      displayName: subject.displayName,
      roles: subject.roles.join(" "),
      ...(reason !== undefined && { reason }),
    },
  };
}
