import type { ConsentSubject, GrantStatus } from "../../../shared/consent/ports.ts";
import {
  type MemoryConsentDirectory,
  memoryConsentDirectory,
} from "../../doubles/memory-consent-directory.ts";
import type { Outside } from "../outside.ts";

type Change = (directory: MemoryConsentDirectory) => unknown;

/** What is granted in the directory, and what was at any time before. */
export interface Grants {
  readonly directory: MemoryConsentDirectory;
  /** Somebody changes something of a client. */
  change(clientId: string, change: Change): unknown;
  /** Of a client that somebody has consented to. */
  principalOf(clientId: string): string | undefined;
  /** As the directory was then; nothing: there was no such client. */
  statusAt(subject: ConsentSubject, at: number): Promise<GrantStatus>;
  /** The moments between two at which something of a client changed. */
  changedBetween(clientId: string, from: number, to: number): readonly number[];
  /** What a replica that is so late answers; nothing: this call is not one that it answers otherwise. */
  late(call: string, asked: readonly unknown[], byMs: number): { value: unknown } | undefined;
}

const READS = ["see", "granted", "carried", "assignments", "registrations"];

export function grantsOf({ runtime, directory }: Pick<Outside, "runtime" | "directory">): Grants {
  const changes: { at: number; clientId: string; change: Change }[] = [];
  const now = () => runtime.now().getTime();
  const present = memoryConsentDirectory(runtime.newId);
  const before = (at: number, clientId?: string): MemoryConsentDirectory => {
    const past = memoryConsentDirectory(() => "nobody's");
    for (const one of changes)
      if (one.at <= at && (clientId ?? one.clientId) === one.clientId) one.change(past);
    return past;
  };
  const change: Grants["change"] = (clientId, one) => {
    changes.push({ at: now(), clientId, change: one });
    const answer = one(present);
    if (typeof answer === "string") principals.set(clientId, answer);
    return answer;
  };
  const principals = new Map<string, string>();
  return {
    directory: {
      ...present,
      grant: async ({ clientId, roles }) => {
        if (!directory.all().some(({ id }) => id === clientId)) return undefined;
        const principalId = principals.get(clientId) ?? runtime.newId();
        const assigned = roles.map((role) => ({ role }));
        change(clientId, (it) => it.assign(clientId, assigned, principalId));
        return principalId;
      },
      revoke: async (subject) => {
        const isAll = await present.revoke(subject);
        changes.push({
          ...{ at: now(), clientId: subject.clientId },
          change: (it) => void it.revoke(subject),
        });
        return isAll;
      },
    },
    change,
    principalOf: (clientId) => principals.get(clientId),
    statusAt: async (subject, at) =>
      (await before(at, subject.clientId).see([subject])).get(subject.clientId) ?? {
        status: "absent",
      },
    changedBetween: (clientId, from, to) =>
      changes
        .filter((one) => one.clientId === clientId && one.at > from && one.at <= to)
        .map(({ at }) => at),
    late: (call, asked, byMs) => {
      const past = before(now() - byMs);
      if (READS.includes(call))
        return { value: Reflect.apply(Reflect.get(past, call), past, asked) };
      return undefined;
    },
  };
}
