import { beforeAll, describe, expect, test } from "vitest";
import { alertLog } from "../../../shared/adapters/records/alert-log.ts";
import type { AlertClaim, AlertLog } from "../../../shared/consent/alerts/alert-log.ts";
import { later, NOON, newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("The alert log $name", ({ newTable }) => {
  let log: AlertLog;
  beforeAll(async () => {
    log = alertLog(await newTable());
  });

  const claimsOn = (...targets: string[]): AlertClaim[] => {
    const about = newId();
    return targets.map((target) => ({
      key: { about, stage: "reminded", mark: "PT24H", target },
      owner: newId(),
      claimedAt: NOON,
      released: false,
      attempts: 1,
    }));
  };
  const rest = (claims: readonly AlertClaim[]) =>
    claims.map((claim) => ({ ...claim, owner: newId() }));

  test("takes several claims in one write, each of which can be marked by itself", async () => {
    const claims = claimsOn("email", "teams", "webhook");

    const taken = (await log.claimAll(claims)) ?? [];
    const [, teams] = taken;
    const marked = teams && (await log.change({ ...teams.claim, sentAt: later(5) }, teams.version));

    expect(taken.map(({ claim }) => claim)).toEqual(claims);
    const [about] = claims;
    const known = await log.of(about?.key.about ?? "");
    expect(known).toEqual([taken[0], marked, taken[2]]);
  });

  test("takes none of them when one is somebody else's", async () => {
    const claims = claimsOn("email", "teams", "webhook");
    const [, teams] = claims;
    const first = teams && (await log.claim(teams));

    expect(await log.claimAll(rest(claims))).toBeUndefined();
    expect(await log.of(teams?.key.about ?? "")).toEqual([first]);
  });

  test("lets one of two take a claim, and one of two change it", async () => {
    const [claim] = claimsOn("email");
    if (!claim) return expect.unreachable();
    const takers = await Promise.all([log.claim(claim), ...rest([claim]).map(log.claim)]);
    const taken = takers.find((taker) => taker !== undefined);
    if (!taken) return expect.unreachable();

    const changes = await Promise.all([
      log.change({ ...taken.claim, released: true }, taken.version),
      log.change({ ...taken.claim, owner: newId() }, taken.version),
    ]);

    expect(takers.filter((taker) => taker !== undefined)).toHaveLength(1);
    expect(changes.filter((change) => change !== undefined)).toHaveLength(1);
  });
});
