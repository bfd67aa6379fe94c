/** A process that dies at one of its calls: before it was made, or after it was made and before it was answered. */
export interface Life {
  /** Of the object: each call counts, and the one that it dies at throws. */
  of<T extends object>(thing: T): T;
  /** From now on: dies at this call, counted from 1. */
  diesAt(call: number, when: "before" | "after"): void;
  /** A new process that does not die. */
  anew(): void;
  /** Calls since the last of those. */
  calls(): number;
}

class Died extends Error {}

export function life(): Life {
  let calls = 0;
  let at = Number.POSITIVE_INFINITY;
  let when: "before" | "after" = "before";
  const reset = (): void => {
    calls = 0;
    at = Number.POSITIVE_INFINITY;
  };
  const mortal =
    (call: (...given: unknown[]) => unknown) =>
    (...given: unknown[]): unknown => {
      calls += 1;
      // Nothing is done any more after it has died.
      if (calls > at || (calls === at && when === "before")) throw new Died("Died");
      if (calls < at) return call(...given);
      return Promise.resolve(call(...given)).then(() => {
        throw new Died("Died");
      });
    };
  return {
    of: (thing) =>
      new Proxy(thing, {
        get: (target, name, self) => {
          const member: unknown = Reflect.get(target, name, self);
          return typeof member === "function" ? mortal(member.bind(target)) : member;
        },
      }),
    diesAt: (call, then) => {
      reset();
      at = call;
      when = then;
    },
    anew: reset,
    calls: () => calls,
  };
}
