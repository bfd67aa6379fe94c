import type { StopNotice } from "../../events/stop-notice.ts";
import { isHeld } from "../claim.ts";
import { clockNow } from "../clock/clock-now.ts";
import { noteNextCheck } from "../clock/next-check.ts";
import type { DueStage } from "../clock/policy.ts";
import { type ConsentCase, clockOf } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { wasTold, withTold } from "../told.ts";
import type { AlertChannel } from "./alert.ts";
import { missingOf, noteStopTold } from "./alert-stop.ts";
import { announcementKey } from "./announcements.ts";
import type { Digests } from "./digest.ts";
import type { StopLog } from "./stop-log.ts";

/** What a digest says of a consent that is due to be told of. */
export function addConsent(deps: ConsentDeps, digests: Digests, found: ConsentCase): void {
  if (isHeld(clockOf(found).claim, deps)) return;
  const { dueNow } = clockNow(deps, found);
  const { clientId, appId, subscription, displayName, operationId } = found;
  digests.add(subscription, (channel) => {
    const stages = dueNow.filter(
      (stage) => !wasTold(clockOf(found).told, keyOf(stage), channel.name),
    );
    const last = stages.at(-1);
    if (!last) return undefined;
    return {
      subscription,
      keys: stages.map((stage) => `${operationId}:${keyOf(stage)}`),
      item: {
        ...{ clientId, appId, subscription, displayName },
        ...{ stage: last.stage, dueAt: found.consent.dueAt },
      },
      mark: () => markConsent(deps, channel, found, stages),
    };
  });
}

/** What it says of a stop that was kept. */
export function addStop(
  deps: ConsentDeps & { readonly stopLog: StopLog },
  digests: Digests,
  notice: StopNotice,
): void {
  const { id, action, subscription, clientId, reason, at, by } = notice;
  digests.add(subscription, (channel) => {
    if (!missingOf(deps, notice).includes(channel)) return undefined;
    return {
      subscription,
      keys: [id],
      stop: {
        ...{ id, action, subscription, happenedAt: new Date(at), by },
        ...(clientId !== undefined && { clientId }),
        ...(action === "client.resumed" && reason !== undefined && { reason }),
      },
      mark: () => noteStopTold(deps, id, channel.name),
    };
  });
}

const keyOf = ({ stage, threshold }: DueStage): string =>
  announcementKey({ stage, mark: threshold });

/**
 * Notes that the channel has it; whoever has changed the case meanwhile has told it singly, or will. Of a client that was deleted and
 * is back since it has had nothing.
 */
async function markConsent(
  deps: ConsentDeps,
  { name }: AlertChannel,
  { clientId, operationId }: Pick<ConsentCase, "clientId" | "operationId">,
  stages: readonly DueStage[],
): Promise<void> {
  const listed = await deps.cases.get("pending", clientId);
  if (listed?.found.operationId !== operationId) return;
  if (isHeld(clockOf(listed.found).claim, deps)) return;
  let { told } = clockOf(listed.found);
  for (const stage of stages) told = withTold(told, keyOf(stage), name);
  const { found } = listed;
  const { dueNow, nextCheckAt } = clockNow(deps, { ...found, clock: { ...clockOf(found), told } });
  // Checked again soon where others still have to be told, or its customer is to see how often somebody was.
  const isSettled = dueNow.length === 0 && stages.every(({ stage }) => stage === "requested");
  const at = isSettled ? nextCheckAt : deps.runtime.now();
  await noteNextCheck(deps, listed, at, { attempts: 0, told, bySweep: true });
}
