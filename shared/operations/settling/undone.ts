import type { ChangeDeps } from "../admission/change.ts";
import { end, type Left } from "../admission/end.ts";
import type { Held } from "../admission/operation.ts";
import { ownKey } from "../admission/own-key.ts";

/** Ends what has come to nothing, and why stays on record. The key that it was asked for under is free again. */
export async function undone(
  deps: ChangeDeps,
  held: Held,
  reason: string,
  besides: Partial<Left> = {},
): Promise<"undone"> {
  const key = await ownKey(deps.operations, held.entry);
  const came = { outcome: "undone" as const, reason };
  await end(deps, held, { ...besides, came, ...(key && { key: { key } }) });
  return "undone";
}
