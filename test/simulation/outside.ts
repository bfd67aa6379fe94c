import type { Table } from "../../shared/adapters/records/table.ts";
import { memoryChecks, memoryConsentQueue, memoryEvents } from "../doubles/memory-bus.ts";
import { memoryDirectory } from "../doubles/memory-directory.ts";
import { memoryTable } from "../doubles/memory-table.ts";
import { testRuntime } from "../support/product.ts";
import { type LateReplica, lateReplica } from "./late-replica.ts";

/** What all hosts share, and what outlives them. */
export interface Outside {
  readonly runtime: ReturnType<typeof testRuntime>;
  readonly tables: { readonly clients: Table; readonly journal: Table };
  readonly directory: ReturnType<typeof memoryDirectory>;
  readonly checks: ReturnType<typeof memoryChecks>;
  readonly consentQueue: ReturnType<typeof memoryConsentQueue>;
  readonly events: ReturnType<typeof memoryEvents>;
  readonly replica: LateReplica;
}

export function outside(random: () => number): Outside {
  let ids = 0;
  const clock = testRuntime();
  const hex = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  const newId = (): string => {
    ids += 1;
    const [a, b] = [hex(), hex()];
    const count = ids.toString(16).padStart(12, "0");
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8000-${count}`;
  };
  const runtime = { ...clock, newId, random };
  const out = {
    runtime,
    tables: { clients: memoryTable(), journal: memoryTable() },
    directory: memoryDirectory(runtime),
    checks: memoryChecks(),
    consentQueue: memoryConsentQueue(),
    events: memoryEvents(),
  };
  return { ...out, replica: lateReplica(out) };
}
