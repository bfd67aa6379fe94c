import { beforeEach, describe, expect, test } from "vitest";
import { alertLog } from "../../../shared/adapters/records/alert-log.ts";
import { stopLog } from "../../../shared/adapters/records/stop-log.ts";
import type { StopLog, VersionedStop } from "../../../shared/consent/alerts/stop-log.ts";
import type { StopNotice } from "../../../shared/events/stop-notice.ts";
import { NOON, newId, OLGA } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

const aNotice = (): StopNotice => ({
  ...{
    type: "stop.notice",
    version: 1,
    id: `${newId()}:client/suspended #?`,
    operationId: newId(),
  },
  ...{ subscription: "con/toso", clientId: newId(), action: "client.suspended" },
  ...{ reason: "A leaked secret", by: OLGA.actor, at: NOON.toISOString(), told: ["webhook"] },
});

describe.each(tableTargets)("The stops that are kept $name", ({ newTable }) => {
  let log: StopLog;
  let kept: () => Promise<readonly VersionedStop[]>;
  beforeEach(async () => {
    const table = await newTable();
    log = stopLog(table);
    kept = async () => (await alertLog(table).untold()).stops;
  });

  test("are listed as they were kept, once, with what has been noted since", async () => {
    const notice = aNotice();
    await log.keep(notice);
    const [listed] = await kept();
    expect(listed?.held).toEqual({ notice });
    const claim = { owner: "a host", claimedAt: NOON };
    const saved = await log.save({ notice, claim }, listed?.version ?? "");
    await log.keep(notice);

    expect(await kept()).toEqual([{ held: { notice, claim }, version: saved?.version }]);
    expect(await log.get(notice.id)).toEqual(saved);
    expect(await log.get("another")).toBeUndefined();
  });

  test("are changed by one of two, and forgotten by who knows them as they are", async () => {
    const notice = aNotice();
    await log.keep(notice);
    const [listed] = await kept();
    if (!listed) return expect.unreachable();
    const claimed = (owner: string) =>
      log.save({ notice, claim: { owner, claimedAt: NOON } }, listed.version);
    const won = (await Promise.all([claimed("one"), claimed("two")])).filter((it) => it);
    expect(won).toHaveLength(1);

    await log.forget(notice.id, listed.version);
    expect(await kept()).toHaveLength(1);
    await log.forget(notice.id, won[0]?.version ?? "");
    expect(await kept()).toEqual([]);
    expect(await log.save({ notice }, listed.version)).toBeUndefined();
  });
});
