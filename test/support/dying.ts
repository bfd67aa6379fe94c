import { expect } from "vitest";
import { sharedLine } from "../../shared/operations/admission/shared-turn.ts";
import { RECONCILE_AFTER_MS, type TestProduct, underWay } from "./product.ts";

/** A process that dies at any of its calls, before it is made or before its answer comes: nothing of it runs on. */

export type Moment = "before" | "after";

/** The same product in a process that dies at its call number `at`; how many calls it came to make. */
export function dying(product: TestProduct, at: number, moment: Moment) {
  let calls = 0;
  const never = new Promise<never>(() => undefined);
  let died: () => void = () => undefined;
  const death = new Promise<"died">((resolve) => {
    died = () => resolve("died");
  });
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== "function") return member;
        return async (...asked: unknown[]): Promise<unknown> => {
          calls += 1;
          if (calls > at) return never;
          const isLast = calls === at;
          if (isLast && moment === "before") {
            died();
            return never;
          }
          const answer: unknown = await Reflect.apply(member, target, asked);
          if (!isLast) return answer;
          died();
          return never;
        };
      },
    });
  const { directory, records, operations, secrets, journal, events, checks } = product;
  const process = {
    ...product,
    // A line is of one process.
    line: sharedLine(),
    directory: mortal(directory),
    records: mortal(records),
    operations: mortal(operations),
    secrets: mortal(secrets),
    journal: mortal(journal),
    events: mortal(events),
    checks: mortal(checks),
  };
  return { process, death, calls: () => calls };
}

/** Others go on: whatever was left is ended. */
export async function revive(product: TestProduct): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    product.runtime.pass(RECONCILE_AFTER_MS);
    for (const held of await product.operations.allUnderWay("contoso")) await product.settle(held);
  }
  expect(await underWay(product)).toEqual([]);
}
