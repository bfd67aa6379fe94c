import type { HttpHandler } from "@azure/functions";
import { refused } from "../../shared/base/outcome.ts";
import type { RouteContract } from "../edge/route.ts";
import { respond, type ServeDeps } from "../edge/serve.ts";

/** Answers what no route takes: a wrong address, or a method that the address does not have. */
export const unrouted = (
  deps: Pick<ServeDeps, "corsOrigins">,
  contracts: readonly Pick<RouteContract, "method" | "path">[],
): HttpHandler =>
  respond(deps, "unrouted", async ({ params }) => {
    const asked = segments(params["path"] ?? "");
    const allowed = contracts.filter(({ path }) => fits(segments(path), asked));
    return refused(
      allowed.length === 0
        ? { reason: "no-such-route" as const }
        : { reason: "method-not-allowed" as const, allowed: allowed.map(({ method }) => method) },
    );
  });

const segments = (path: string): string[] => path.split("/").filter(Boolean);

const fits = (template: readonly string[], asked: readonly string[]): boolean =>
  template.length === asked.length &&
  template.every((part, at) => part.startsWith("{") || part === asked[at]);
