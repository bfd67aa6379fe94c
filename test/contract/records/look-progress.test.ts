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

  const idsOf = (...begins: string[]) => begins.map((begin) => begin + newId().slice(3));
  const digestsOf = async (ids: readonly string[]) => {
    const digests = await progress.digests();
    return ids.map((id) => digests.get(id));
  };

  test("what clients had is kept, and what has not changed is not written again", async () => {
    const ids = idsOf("aaa", "aaa", "bbb");
    const [one = "", two = "", three = ""] = ids;
    const digests = await progress.digests();
    await digests.save([
      [one, "a"],
      [two, "b"],
      [three, "c"],
    ]);
    expect(await digestsOf(ids)).toEqual(["a", "b", "c"]);
    table.forget();

    await digests.save([
      [two, "another"],
      [three, undefined],
    ]);

    expect(table.calls).toEqual(["transact"]);
    expect(digests.get(two)).toBe("another");
    table.forget();
    expect(await digestsOf(ids)).toEqual(["a", "another", undefined]);
    expect(table.calls).toEqual(["page digests:"]);
    table.forget();
    await digests.save([]);
    expect(table.calls).toEqual([]);
  });

  test("of two that write at once neither undoes what the other has written, and what both have met is looked at anew", async () => {
    const begins = Array.from({ length: 150 }, (_, at) => (0xa00 + at).toString(16));
    const ids = idsOf(...begins);
    const [first = "", second = ""] = ids;
    const [beside = "", besideSecond = ""] = idsOf(first.slice(0, 3), second.slice(0, 3));
    const all = (digest: string) => ids.map((id): [string, string] => [id, digest]);
    const ours = await progress.digests();
    await ours.save([...all("before"), [beside, "before"], [besideSecond, "before"]]);

    const theirs = await progress.digests();
    await theirs.save([
      [first, undefined],
      [besideSecond, "theirs"],
    ]);
    await ours.save([[beside, "ours"], ...all("ours").slice(1)]);
    await ours.save([[beside, "again"]]);

    expect(await digestsOf([first, beside, second, besideSecond])).toEqual([
      undefined,
      "again",
      undefined,
      "theirs",
    ]);
    expect(new Set(await digestsOf(ids.slice(2)))).toEqual(new Set(["ours"]));
    expect(ours.get(first)).toBeUndefined();
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
