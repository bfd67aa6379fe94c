import { EXIT, Fault } from "../../../cli/source/fault.ts";
import type { Known } from "../../../cli/source/rotate/assess.ts";
import {
  type RotationPlan,
  type RotationPorts,
  rotate,
} from "../../../cli/source/rotate/rotate.ts";
import type { Held } from "../../../cli/source/sinks/sink.ts";

/** A client with its secrets, and a sink, in memory; a run may die before or after anything it does. */

export const SECOND = 1_000;
export const DAY = 86_400_000;
export const PLAN: RotationPlan = {
  name: "the sink's",
  everyMs: 30 * DAY,
  graceMs: DAY,
  settleMs: 120 * SECOND,
};

/** What a run throws when it is killed: nobody catches it, and nothing is put right. */
export class Killed extends Error {}

export interface WorldOptions {
  readonly sink?: "shows" | "write-only";
  /** As many secrets as the client may have. */
  readonly most?: number;
  /** How long the token endpoint does not know a new secret. */
  readonly lagMs?: number;
}

type Made = Known & { readonly value: string };

export function rotationWorld({ sink = "shows", most = 9, lagMs = 0 }: WorldOptions = {}) {
  let time = Date.parse("2026-11-01T00:00:00Z");
  let secrets: Made[] = [];
  let inSink: { value: string; at: Date } | undefined;
  let count = 0;
  let mostAtOnce = 0;
  const steps: string[] = [];
  /** Of the run that is under way: how many steps it may take, and whether the last of them is done. */
  let life = { left: Number.POSITIVE_INFINITY, finishes: false };

  const now = () => new Date(time);
  const expire = () => {
    secrets = secrets.filter(({ retiresAt }) => !retiresAt || retiresAt.getTime() > time);
  };
  const isWorking = (value: string) => {
    expire();
    return secrets.some((one) => one.value === value && one.createdAt.getTime() + lagMs <= time);
  };
  const create = (displayName: string): Made => {
    count += 1;
    const createdAt = now();
    // No two of them begin alike, but for those of a test that wants it.
    const value = `${String(count).padStart(3, "0")}-the-rest`;
    const secret = {
      ...{ keyId: `key-${count}`, displayName, hint: value.slice(0, 3), value, createdAt },
      expiresAt: new Date(time + 180 * DAY),
    };
    secrets.push(secret);
    mostAtOnce = Math.max(mostAtOnce, secrets.length);
    return secret;
  };

  /** A step of a run; an effect is there or not when it dies, and nobody knows. */
  async function step<T>(name: string, effect: () => T): Promise<T> {
    time += SECOND;
    steps.push(name);
    life.left -= 1;
    if (life.left < 0 && !life.finishes) throw new Killed(name);
    const result = effect();
    if (life.left < 0) throw new Killed(name);
    return result;
  }

  const held = (): Held => {
    if (!inSink) return { kind: "nothing" };
    return sink === "shows"
      ? { kind: "value", value: inSink.value }
      : { kind: "written", at: inSink.at };
  };
  const ports: RotationPorts = {
    sink: {
      address: "memory:sink",
      look: () => step("look", held),
      write: (value) =>
        step("write", () => {
          inSink = { value, at: now() };
        }),
    },
    secrets: () =>
      step("secrets", () => {
        expire();
        return secrets.map(({ value: _, ...known }) => known);
      }),
    make: () =>
      step("make", () => {
        if (secrets.length >= most) return { kind: "full" };
        const { value, ...secret } = create(PLAN.name);
        return { kind: "made", secret, value };
      }),
    works: (value) => step("works", () => isWorking(value)),
    retire: (keyId, at) =>
      step("retire", () => {
        secrets = secrets.map((one) => (one.keyId === keyId ? { ...one, retiresAt: at } : one));
      }),
    remove: (keyId) =>
      step("remove", () => {
        secrets = secrets.filter((one) => one.keyId !== keyId);
      }),
    now,
    pause: async (milliseconds) => {
      time += milliseconds;
    },
    say: () => undefined,
  };

  return {
    ports,
    steps,
    now,
    secrets: () => secrets,
    sink: () => inSink?.value,
    mostAtOnce: () => mostAtOnce,
    pass: (milliseconds: number) => {
      time += milliseconds;
      expire();
    },
    /** Made by hand, and put into the sink by hand. */
    byHand: () => {
      const { value } = create("by hand");
      inSink = { value, at: now() };
      time += DAY;
    },
    put: (value: string | undefined) => {
      inSink = value === undefined ? undefined : { value, at: now() };
    },
    create,
    /** Whether programs that read the sink now get a token. */
    sinkWorks: () => inSink !== undefined && isWorking(inSink.value),
    /** A run that dies in its step `at`, before what it does is done or right after; true when it came to its end before. */
    async dies(at: number, finishes: boolean, plan = PLAN): Promise<boolean> {
      life = { left: at, finishes };
      try {
        await rotate(ports, plan);
        return true;
      } catch (error) {
        if (error instanceof Killed) return false;
        throw error;
      }
    },
    run: (plan = PLAN, changes: Partial<RotationPorts> = {}) => {
      life = { left: Number.POSITIVE_INFINITY, finishes: false };
      return rotate({ ...ports, ...changes }, plan);
    },
    refuseWrites: (exit: keyof typeof EXIT) => {
      const refusing = { ...ports.sink, write: () => Promise.reject(new Fault(EXIT[exit], "No.")) };
      return rotate({ ...ports, sink: refusing }, PLAN);
    },
  };
}

export type RotationWorld = ReturnType<typeof rotationWorld>;
