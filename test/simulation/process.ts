import { type RemoteService, RemoteUnavailable } from "../../shared/base/unavailable.ts";
import { later } from "../support/samples.ts";
import type { Fate, Fates } from "./fates.ts";
import type { Outside } from "./outside.ts";
import type { Scheduler } from "./scheduler.ts";

type Misfortune = Exclude<Fate, "pass" | "dies-before" | "dies-after" | "late">;
/** What a call comes to that is not answered as it should be; `pass`: it is all the same. */
export type Otherwise = (fate: Misfortune, call: string, asked: readonly unknown[]) => unknown;
interface Around {
  /** What a replica that is late answers; nothing: this call is not one that it answers otherwise. */
  late?(call: string, asked: readonly unknown[]): { value: unknown } | undefined;
  /** Told of each call that was made. */
  made?(call: string, asked: readonly unknown[], answer: unknown): void;
}

/** What makes remote calls until it dies at one of them. */
export interface Process {
  readonly runtime: Outside["runtime"];
  readonly death: Promise<"died">;
  isDead(): boolean;
  /** The same port, with a fate for each of its calls. */
  remote<T extends object>(port: T, otherwise: Otherwise, around?: Around): T;
}

const never = new Promise<never>(() => undefined);

const LONGEST_NOTE = 600;
/** What tests ask of the doubles. */
const NOT_REMOTE = new Set(["all"]);

export const away =
  (service: RemoteService): Otherwise =>
  (fate) => {
    if (fate === "refused") return "pass";
    throw new RemoteUnavailable(service, { executed: fate === "unknown" ? "unknown" : "no" });
  };

/**
 * @param note told of each call, and of what becomes of it
 * @param aheadMs by which its clock differs from that of all others
 */
export function startProcess(
  { runtime: clock }: Pick<Outside, "runtime">,
  scheduler: Scheduler,
  fates: Fates,
  note: (what: string) => void,
  aheadMs = 0,
): Process {
  let isDead = false;
  let die: () => void = () => undefined;
  const death = new Promise<"died">((resolve) => {
    die = () => {
      isDead = true;
      resolve("died");
    };
  });
  const turn = async (): Promise<void> => {
    await scheduler.turn();
    if (isDead) await never;
  };
  const call = async (
    what: string,
    perform: () => unknown,
    otherwise: (fate: Misfortune) => unknown,
    late: () => { value: unknown } | undefined,
  ): Promise<unknown> => {
    await turn();
    // No two calls are made at the same time.
    clock.pass(1);
    const fate = fates.next();
    note(`${fate} ${what}`);
    if (fate === "dies-before") {
      die();
      return never;
    }
    if (fate === "not-now" || fate === "refused") {
      const answer = otherwise(fate);
      if (answer !== "pass") return answer;
    }
    const old = fate === "late" ? late() : undefined;
    if (old) return old.value;
    const answer = await perform();
    if (fate === "dies-after") {
      die();
      return never;
    }
    return fate === "unknown" ? otherwise(fate) : answer;
  };
  const remote = <T extends object>(
    port: T,
    otherwise: Otherwise,
    { late, made }: Around = {},
  ): T =>
    new Proxy(port, {
      get: (target, name, self) => {
        const member: unknown = Reflect.get(target, name, self);
        if (typeof member !== "function" || NOT_REMOTE.has(String(name))) return member;
        return (...asked: unknown[]) =>
          call(
            `${String(name)} ${JSON.stringify(asked).slice(0, LONGEST_NOTE)}`,
            async () => {
              const answer: unknown = await Reflect.apply(member, target, asked);
              made?.(String(name), asked, answer);
              return answer;
            },
            (fate) => otherwise(fate, String(name), asked),
            () => late?.(String(name), asked),
          );
      },
    });
  const runtime = {
    ...clock,
    now: () => later(aheadMs, clock.now()),
    pause: async (milliseconds: number): Promise<void> => {
      clock.pass(milliseconds);
      await turn();
    },
  };
  return { runtime, death, isDead: () => isDead, remote };
}
