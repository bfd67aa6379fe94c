import { expect, test } from "vitest";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import type { Answer, DeletedClient, DirectoryClient } from "../../../shared/clients/ports.ts";
import { bringBack } from "../../../shared/operations/clients/restored.ts";
import { testRuntime } from "../../support/product.ts";
import { later, NOON } from "../../support/samples.ts";

/** What is asked of the directory for a client that is to come back, and what its answers are taken for. */

const SHOWN = { id: "the client" } as DirectoryClient;
const ABSENT = { kind: "refused", refusal: { reason: "absent" } } as const;
const DONE = { kind: "done", value: undefined } as const;
const AWAY = { kind: "not-now", retryAfterSeconds: 3, throttled: false } as const;
const EXPECTED = { createdAt: later(-1_000, NOON) };
const OLD_MS = LATE_FOR_MS;
const YOUNG_MS = LATE_FOR_MS - 1;

interface Said {
  readonly restore: readonly Answer<undefined>[];
  readonly get?: readonly (DirectoryClient | undefined)[];
  readonly enable?: Answer<undefined>;
}

async function ask(said: Said, ageMs: number, suspended?: object) {
  const asked: string[] = [];
  const [restores, gets] = [[...said.restore], [...(said.get ?? [])]];
  const directory = {
    restore: async (_: string, expected: { readonly createdAt: Date }) => {
      asked.push(expected === EXPECTED ? "restore patiently" : "restore");
      return restores.shift() ?? ABSENT;
    },
    get: async () => {
      asked.push("get");
      return gets.shift();
    },
    setDisabled: async (_: string, disabled: boolean, { createdAt }: { createdAt: Date }) => {
      asked.push(`disabled ${disabled}, as new as ${createdAt.toISOString()}`);
      return said.enable ?? DONE;
    },
  };
  const client = { record: { id: "the client", suspended }, deletedAt: later(-ageMs, NOON) };
  const answer = await bringBack(
    { directory, runtime: testRuntime() } as never,
    client as unknown as DeletedClient,
    EXPECTED,
  );
  return { answer, asked };
}

test.each<{ told: string; said: Said; ageMs: number; answer: unknown; asked: string[] }>([
  {
    told: "restored at once",
    ...{ said: { restore: [DONE] }, ageMs: OLD_MS, answer: DONE, asked: ["restore"] },
  },
  {
    told: "away",
    ...{ said: { restore: [AWAY] }, ageMs: OLD_MS, answer: AWAY, asked: ["restore"] },
  },
  {
    told: "not deleted any more, long since: somebody has brought it back",
    said: { restore: [ABSENT], get: [SHOWN] },
    ageMs: OLD_MS,
    answer: { kind: "done", value: SHOWN, wasBack: true },
    asked: ["restore", "get"],
  },
  {
    told: "neither deleted nor there: gone, once that is believed",
    said: { restore: [ABSENT, ABSENT], get: [undefined] },
    ageMs: OLD_MS,
    answer: ABSENT,
    asked: ["restore", "get", "restore patiently"],
  },
  {
    told: "there still, a moment after its delete: that has not been heard of",
    said: { restore: [ABSENT, DONE], get: [SHOWN] },
    ageMs: YOUNG_MS,
    answer: DONE,
    asked: ["restore", "get", "restore patiently"],
  },
  {
    told: "there, a moment after its delete, and not among the deleted ones in the end: it is back",
    said: { restore: [ABSENT, ABSENT], get: [SHOWN, SHOWN] },
    ageMs: YOUNG_MS,
    answer: { kind: "done", value: SHOWN, wasBack: true },
    asked: ["restore", "get", "restore patiently", "get"],
  },
  {
    told: "there by a late replica only",
    said: { restore: [ABSENT, ABSENT], get: [SHOWN, undefined] },
    ageMs: YOUNG_MS,
    answer: ABSENT,
    asked: ["restore", "get", "restore patiently", "get"],
  },
])("$told", async ({ said, ageMs, answer, asked }) => {
  expect(await ask(said, ageMs)).toEqual({ answer, asked });
});

test("what was stopped with its subscription goes on, and is back only when it does", async () => {
  const withSubscription = { withSubscription: "the stop" };
  const enabled = `disabled false, as new as ${NOON.toISOString()}`;

  expect(await ask({ restore: [DONE] }, OLD_MS, withSubscription)).toEqual({
    answer: DONE,
    asked: ["restore", enabled],
  });
  expect(await ask({ restore: [DONE], enable: AWAY }, OLD_MS, withSubscription)).toEqual({
    answer: { ...AWAY, kind: "unknown" },
    asked: ["restore", enabled],
  });
  expect(await ask({ restore: [DONE] }, OLD_MS, { by: "somebody" })).toEqual({
    answer: DONE,
    asked: ["restore"],
  });
});
