import { RemoteUnavailable } from "../../shared/base/unavailable.ts";

type Methods<Port> = {
  [Name in keyof Port]: Port[Name] extends (...given: never[]) => Promise<unknown> ? Name : never;
}[keyof Port];

/**
 * The port, on which the next call of one method fails: `refused` before anything is done, `lost` after it was done, so that
 * the caller does not learn of it.
 */
export function interrupt<Port extends object>(
  port: Port,
  method: Methods<Port>,
  how: "refused" | "lost",
): Port {
  const original = port[method];
  if (typeof original !== "function") throw new Error(`${String(method)} is no method`);
  let pending = true;
  const call = async (...given: unknown[]): Promise<unknown> => {
    const interrupts = pending;
    pending = false;
    if (interrupts && how === "refused")
      throw new RemoteUnavailable("directory", { executed: "no" });
    const answer: unknown = await original.apply(port, given);
    if (interrupts) throw new RemoteUnavailable("directory", { executed: "unknown" });
    return answer;
  };
  return { ...port, [method]: call };
}

/** What a promise was rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail");
}
