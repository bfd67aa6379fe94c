import { endingsOf } from "../../shared/clients/credential.ts";
import { LATE_FOR_MS } from "../../shared/clients/late.ts";
import type { DirectoryClient } from "../../shared/clients/ports.ts";
import type { Outside } from "./outside.ts";

/** What the directory was at some time, as a replica that is late still has it. */
export interface LateReplica {
  /** To be told after each change. */
  note(call: string, asked: readonly unknown[], answer: unknown): void;
  /** What it answers; nothing: the call is not one that a late replica answers otherwise. */
  answer(
    call: string,
    asked: readonly unknown[],
    random: () => number,
  ): { value: unknown } | undefined;
}

interface Snapshot {
  readonly at: number;
  readonly clients: readonly DirectoryClient[];
}

export function lateReplica({
  directory,
  runtime,
}: Pick<Outside, "directory" | "runtime">): LateReplica {
  const snapshots: Snapshot[] = [{ at: 0, clients: [] }];
  const operations = new Map<string, string>();
  const now = () => runtime.now().getTime();
  return {
    note: (call, [about], answer) => {
      if (call === "create") {
        const { operationId } = about as { operationId: string };
        const { value } = answer as { value?: { id: string } };
        if (value) operations.set(operationId, value.id);
      }
      snapshots.push({ at: now(), clients: structuredClone(directory.all()) });
    },
    answer: (call, [about, ...given], random) => {
      const from = snapshots.findLastIndex(({ at }) => at < now() - LATE_FOR_MS);
      const late = snapshots.slice(Math.max(0, from));
      const { clients } = late[Math.floor(random() * late.length)] as Snapshot;
      const id = call === "findByOperation" ? operations.get(String(about)) : about;
      const client = clients.find((one) => one.id === id);
      const expected = given.at(-1) as { createdAt?: Date } | undefined;
      // The adapter waits for what is expected.
      const isExpected = expected?.createdAt && now() - expected.createdAt.getTime() < LATE_FOR_MS;
      if (!client && isExpected) return undefined;
      if (CHANGES.has(call)) {
        if (!client) return { value: absent("absent") };
        const isHidden = client.secrets.every(({ keyId }) => keyId !== given[0]);
        const isThere = directory
          .all()
          .some((one) => one.id === id && one.secrets.some(({ keyId }) => keyId === given[0]));
        const isLate = call === "removeSecret" && isHidden && isThere;
        return isLate ? { value: absent("secret-absent") } : undefined;
      }
      if (call === "getMany") {
        const asked = new Set(about as readonly string[]);
        const some = clients.filter((one) => asked.has(one.id));
        return { value: new Map(some.map((one) => [one.id, one])) };
      }
      if (!READS.has(call)) return undefined;
      if (call === "secretsOf") return { value: client?.secrets };
      return { value: call === "endingOf" ? client && endingsOf(client) : client };
    },
  };
}

const READS = new Set(["get", "secretsOf", "endingOf", "findByOperation"]);
const CHANGES = new Set(["rename", "setDisabled", "delete", "removeSecret"]);
const absent = (reason: "absent" | "secret-absent") =>
  ({ kind: "refused", refusal: { reason } }) as const;
