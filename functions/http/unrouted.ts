import type { HttpHandler } from "@azure/functions";
import { refused } from "../../shared/base/outcome.ts";
import { methodsAt } from "../edge/methods.ts";
import type { RouteContract } from "../edge/route.ts";
import { respond, type ServeDeps } from "../edge/serve.ts";

/** Answers what no route takes: a wrong address, or a method that the address does not have. */
export const unrouted = (
  deps: Pick<ServeDeps, "corsOrigins">,
  contracts: readonly Pick<RouteContract, "method" | "path">[],
): HttpHandler =>
  respond(deps, "unrouted", async ({ params }) => {
    const allowed = methodsAt(contracts, params["path"] ?? "");
    return refused(
      allowed.length === 0
        ? { reason: "no-such-route" as const }
        : { reason: "method-not-allowed" as const, allowed },
    );
  });
