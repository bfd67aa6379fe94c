import { done, type Outcome, refused } from "../base/outcome.ts";
import type { Runtime } from "../base/runtime.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import type { Entry, HeldEntry, Journal, Operation } from "./journal.ts";

/** How long a second change of one client waits for the first, in milliseconds per attempt: 3 s in all. */
const PAUSES_MS = [100, 200, 400, 800, 1500];

/**
 * Makes this operation the only one that changes the client, on every host, until its entry is closed.
 *
 * `waited` tells that another change ended just before: the directory may still be digesting it.
 */
export async function holdClient<Kind extends Exclude<Operation, { kind: "create" | "announce" }>>(
  deps: { journal: Journal; runtime: Runtime; reconcileAfterMs: number },
  entry: Entry<Kind>,
): Promise<Outcome<{ held: HeldEntry<Kind>; waited: boolean }, ClientRefusal>> {
  const { journal, runtime } = deps;
  for (const [attempt, pause] of [...PAUSES_MS, undefined].entries()) {
    const held = await journal.open({ ...entry, touchedAt: runtime.now() });
    if (held) return done({ held, waited: attempt > 0 });
    if (pause !== undefined) await runtime.pause(pause);
  }
  const holder = await journal.find(entry.operation.clientId);
  const freeAt = (holder?.entry.touchedAt.getTime() ?? 0) + deps.reconcileAfterMs;
  const retryAfterSeconds = Math.max(1, Math.ceil((freeAt - runtime.now().getTime()) / 1000));
  return refused({ reason: "client-busy", retryAfterSeconds });
}
