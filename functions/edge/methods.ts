import type { RouteContract } from "./route.ts";

type Where = Pick<RouteContract, "method" | "path">;

/** `HEAD` answers wherever `GET` does. */
export const methodsOf = ({ method }: Pick<RouteContract, "method">) =>
  method === "GET" ? (["GET", "HEAD"] as const) : ([method] as const);

/** Every method that an address takes; none when there is nothing at it. */
export function methodsAt(contracts: readonly Where[], path: string): readonly string[] {
  const asked = segments(path);
  const found = contracts.filter((contract) => fits(segments(contract.path), asked));
  return found.length === 0 ? [] : [...found.flatMap(methodsOf), "OPTIONS"];
}

const segments = (path: string): string[] => path.split("/").filter(Boolean);

const fits = (template: readonly string[], asked: readonly string[]): boolean =>
  template.length === asked.length &&
  template.every((part, at) => part.startsWith("{") || part === asked[at]);
