import { Illegible } from "../../base/unavailable.ts";
import { type Held, holderOf, type UnderWay } from "./operation.ts";
import type { OperationRecords } from "./ports.ts";

/** `illegible`: an operation of another version. Never the one that asks, whose version can read what it has written. */
export type Holder = Held | "illegible";

/** Who holds what an operation is about. */
export const holderNow = (
  operations: Pick<OperationRecords, "underWay">,
  entry: UnderWay,
): Promise<Holder | undefined> =>
  operations.underWay(entry.subscription, holderOf(entry)).catch((error: unknown) => {
    if (error instanceof Illegible) return "illegible";
    throw error;
  });
