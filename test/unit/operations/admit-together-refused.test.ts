import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { admitTogether } from "../../../shared/operations/admission/admit-together.ts";
import type { Turn } from "../../../shared/operations/admission/line.ts";
import type { Held } from "../../../shared/operations/admission/operation.ts";
import type {
  Admission,
  Admitted,
  VersionedAccount,
} from "../../../shared/operations/admission/ports.ts";
import type { Asking } from "../../../shared/operations/admission/shared-turn.ts";
import { aCreate } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { anOperation } from "../../support/samples.ts";

/** What one turn asks of the records, and hands on, whatever they answer. */

const accountOf = (writes: number, activeOn?: string): VersionedAccount => ({
  account: {
    subscription: "contoso",
    clients: 0,
    minute: 0,
    writes,
    ...(activeOn !== undefined && { activeOn }),
  },
  version: `v${writes}`,
});
const ADMITTED: Admitted = {
  admitted: true,
  accountVersion: "now",
  each: [{ version: "one" }, { version: "two", clientVersion: "client" }],
};
const refusedOf = (index: number, changed: "account" | "client" | "busy" | "key"): Admitted => ({
  admitted: false,
  refused: { index, changed },
});
const ALONE: Admitted = { ...ADMITTED, each: [{ version: "alone" }] };

/** Counts one write more on whatever account it is given. */
function asking(most = 100, activeOn?: string): Asking & { readonly operationId: string } {
  const entry = anOperation(aCreate(), { subscription: "contoso" });
  return {
    operationId: entry.operationId,
    account: accountOf(0),
    marks: [entry.operationId],
    rows: 3,
    count: ({ account, version }) =>
      account.writes < most
        ? {
            entry,
            account: { ...accountOf(account.writes + 1, activeOn), version },
          }
        : undefined,
  };
}

let answers: Admitted[];
let asked: (readonly Admission[])[];
let handedOn: (VersionedAccount | undefined)[];
let reads: string[];
let days: string[];
let underWay: Held | undefined;
let fails: Error | undefined;
beforeEach(() => {
  answers = [];
  asked = [];
  handedOn = [];
  reads = [];
  days = [];
  underWay = undefined;
  fails = undefined;
});

const turnWith = (known?: VersionedAccount): Turn => ({
  known,
  leave: (next) => void handedOn.push(next),
});
const go = (all: readonly Asking[], known?: VersionedAccount) =>
  admitTogether({
    operations: {
      admit: async (admissions: readonly Admission[]) => {
        asked.push(admissions);
        return answers.shift() ?? refusedOf(0, "account");
      },
      account: async () => {
        reads.push("account");
        if (fails) throw fails;
        return accountOf(50);
      },
      underWay: async (_: string, holder: string) => {
        reads.push(holder);
        return underWay;
      },
    },
    journal: {
      active: async (day: string, subscription: string) => {
        days.push(`${subscription} ${day}`);
        if (fails) throw fails;
      },
    },
  })(all, turnWith(known));
const writesOf = (admissions: readonly Admission[] | undefined) =>
  admissions?.map(({ account: { account, version } }) => `${account.writes} on ${version}`);

test("each is counted on the account as the one before leaves it, and it is handed on as the last one does", async () => {
  answers = [ADMITTED];

  const shared = await go([asking(), asking()], accountOf(7));

  expect(asked.map(writesOf)).toEqual([["8 on v7", "9 on v7"]]);
  const account = { ...accountOf(9), version: "now" };
  expect(handedOn).toEqual([account]);
  expect(shared).toEqual([
    { state: "admitted", account, version: "one" },
    { state: "admitted", account, version: "two", clientVersion: "client" },
  ]);
  expect([reads, days]).toEqual([[], []]);
});

test("without an account that was handed on, the one that the first has read counts", async () => {
  answers = [ALONE];

  await go([asking()]);

  expect(asked.map(writesOf)).toEqual([["1 on v0"]]);
});

test("where none has room nothing is asked, and what is known of the account is handed on", async () => {
  expect(await go([asking(0), asking(0)], accountOf(7))).toEqual([undefined, undefined]);

  expect(asked).toEqual([]);
  expect(handedOn).toEqual([accountOf(7)]);
});

test("the day is noted before the first admission on it, and on that day no more", async () => {
  answers = [ALONE, ALONE];

  await go([asking(100, "2026-11-22")], accountOf(1, "2026-11-21"));
  await go([asking(100, "2026-11-22")], accountOf(1, "2026-11-22"));

  expect(days).toEqual(["contoso 2026-11-22"]);
});

test("a day that cannot be noted leaves nothing that may have been done", async () => {
  fails = new RemoteUnavailable("records", { executed: "unknown" });

  const error = await failure(go([asking(100, "2026-11-22")], accountOf(1, "2026-11-21")));

  expect(error).toMatchObject({ executed: "no" });
  expect(asked).toEqual([]);
});

describe("refused,", () => {
  test("who is alone is told what the service said, and nothing is read for them here", async () => {
    answers = [refusedOf(0, "busy")];

    expect(await go([asking()])).toEqual([{ state: "changed", changed: "busy" }]);
    expect(reads).toEqual([]);
    expect(handedOn).toEqual([]);
  });

  test("and nobody said of whom, each finds out by themselves", async () => {
    answers = [{ admitted: false }];

    const changed = { state: "changed", changed: undefined };
    expect(await go([asking(), asking()])).toEqual([changed, changed]);
    expect(reads).toEqual([]);
  });

  test("who was in the way is left out, and the others are counted on the account as it is then", async () => {
    answers = [refusedOf(1, "key"), ADMITTED];
    const all = [asking(), asking(), asking()];

    const shared = await go(all);

    expect(asked.map((admissions) => admissions.map(({ entry }) => entry.operationId))).toEqual([
      all.map(({ operationId }) => operationId),
      [all[0]?.operationId, all[2]?.operationId],
    ]);
    expect(writesOf(asked[1])).toEqual(["51 on v50", "52 on v50"]);
    expect(reads).toEqual([all[0]?.operationId, "account"]);
    expect(shared).toMatchObject([
      { state: "admitted", version: "one" },
      { state: "changed", changed: "key" },
      { state: "admitted", version: "two" },
    ]);
  });

  test("because of the account, all of them try again, and who has no room by then is refused", async () => {
    answers = [refusedOf(0, "account"), ALONE];

    const shared = await go([asking(), asking(50)]);

    expect(asked.map((admissions) => admissions.length)).toEqual([2, 1]);
    expect(shared).toMatchObject([{ state: "admitted", version: "alone" }, undefined]);
  });

  test("eight times, each goes on by themselves from the account as it is", async () => {
    const changed = { state: "changed", changed: "account" };

    expect(await go([asking(), asking(), asking(0)])).toEqual([changed, changed, undefined]);
    expect(asked).toHaveLength(8);
    expect(handedOn).toEqual([]);
  });

  test("and found to have been done, each finds its own", async () => {
    const all = [asking(), asking()];
    answers = [refusedOf(0, "account"), ADMITTED];
    underWay = {
      entry: anOperation(aCreate(), { operationId: all[0]?.operationId ?? "" }),
      version: "ours",
    };

    const changed = { state: "changed", changed: undefined };
    expect(await go(all)).toEqual([changed, changed]);
    expect(asked).toHaveLength(1);
  });

  test("and not to be looked into, it may have been done", async () => {
    fails = new RemoteUnavailable("records", { executed: "no" });

    expect(await failure(go([asking(), asking()]))).toMatchObject({ executed: "unknown" });
  });
});
