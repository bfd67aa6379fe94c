import type { HttpHandler } from "@azure/functions";
import { done, refused } from "../../shared/base/outcome.ts";
import { preflightHeaders } from "../edge/cors.ts";
import { methodsAt } from "../edge/methods.ts";
import type { RouteContract } from "../edge/route.ts";
import { SECURITY_HEADERS } from "../edge/security-headers.ts";
import { respond, type ServeDeps } from "../edge/serve.ts";

/**
 * Answers `OPTIONS`: browsers that ask before they call (Fetch standard, CORS preflight), whatever the address, so that their
 * pages get to see what is wrong with it; and whoever wants to know which methods an address takes.
 */
export function preflight(
  deps: Pick<ServeDeps, "corsOrigins">,
  contracts: readonly Pick<RouteContract, "method" | "path">[],
): HttpHandler {
  const options = respond(deps, "options", async ({ params }) => {
    const allowed = methodsAt(contracts, params["path"] ?? "");
    if (allowed.length === 0) return refused({ reason: "no-such-route" as const });
    return done({ status: 204, headers: { allow: allowed.join(", ") } });
  });
  return async (request, context) => {
    if (!request.headers.has("access-control-request-method")) return options(request, context);
    return {
      status: 204,
      headers: {
        ...SECURITY_HEADERS,
        "request-id": context.invocationId,
        ...preflightHeaders(deps.corsOrigins, request.headers.get("origin")),
      },
    };
  };
}
