import { beforeEach, describe, expect, test } from "vitest";
import { lookProgress } from "../../../shared/adapters/records/look-progress.ts";
import type { LookPass, LookProgress } from "../../../shared/care/found/look-progress.ts";
import { collect } from "../../support/collect.ts";
import { later, NOON, newId } from "../../support/samples.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("How far the look at secrets has come $name", ({ newTable }) => {
  let table: TappedTable;
  let progress: LookProgress;
  beforeEach(async () => {
    table = tappedTable(await newTable());
    progress = lookProgress(table);
  });

  const aPass = (changes: Partial<LookPass> = {}): LookPass => ({
    startedAt: NOON,
    phase: "listing",
    filled: false,
    owner: newId(),
    touchedAt: later(1),
    ...changes,
  });
  const aLead = () => ({ clientId: newId(), subscriptionKey: newId() });
  const again = async (now: Date) => (await collect(progress.again(now))).flat();
  const leads = async (now: Date) => (await again(now)).map(({ lead }) => lead);

  test("a pass is in the hands of one host, with everything it has noted", async () => {
    expect(await progress.current()).toBeUndefined();
    const first = await progress.save(aPass(), undefined);
    expect(await progress.save(aPass(), undefined)).toBeUndefined();
    const next = aPass({ from: "https://graph/next", filled: true, lacking: true });

    const saved = await progress.save(next, first?.version);

    expect(await progress.current()).toEqual(saved);
    expect(saved?.pass).toEqual(next);
    expect(await progress.save(aPass(), first?.version)).toBeUndefined();
    const done = await progress.save(aPass({ phase: "done" }), saved?.version);
    expect(await progress.current()).toEqual(done);
  });

  test("what clients had is kept, and what has not changed is not written again", async () => {
    const [one, two, three] = ["aaa", "aaa", "bbb"].map((begin) => begin + newId().slice(3));
    if (!one || !two || !three) throw new Error("None");
    const all = new Map([one, two, three].map((id) => [id, `of-${id.slice(0, 3)}_1`]));
    await progress.saveDigests(all, [one, two, three]);
    expect(await progress.digests()).toEqual(all);
    table.forget();

    const next = new Map([...all, [two, "another"]]);
    await progress.saveDigests(next, [two]);

    expect(table.calls).toEqual(["transact"]);
    table.forget();
    expect(await progress.digests()).toEqual(next);
    expect(table.calls).toEqual(["page digests:"]);
    await progress.saveDigests(next, []);
  });

  test("a client is looked at again when its time has come, until it was seen", async () => {
    const [one, two] = [aLead(), aLead()];
    await progress.lookAgain([one, two], NOON);
    await progress.lookAgain([two], later(5));

    expect(await leads(later(-1))).toEqual([]);
    expect(await leads(NOON)).toEqual([one]);
    expect(await leads(later(5))).toHaveLength(2);
    for (const each of await again(NOON)) await progress.seen(each);
    expect(await leads(later(5))).toEqual([two]);
  });

  test("a client that was put off meanwhile is not taken for seen", async () => {
    const one = aLead();
    await progress.lookAgain([one], NOON);
    const [before] = await again(NOON);
    await progress.lookAgain([one], later(5));

    if (before) await progress.seen(before);

    expect(await leads(later(5))).toEqual([one]);
  });
});
