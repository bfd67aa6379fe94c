import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import { type RouteContract, route } from "../../edge/route.ts";
import type { Issuers } from "../../openapi/about.ts";
import { openApiDocument } from "../../openapi/document.ts";

/** The document is made once, for the first who asks: it depends on the routes and settings alone. */
export function openapi(contracts: readonly RouteContract[], issuers: Issuers) {
  const contract = {
    name: "openapi",
    operationId: "getOpenApiDocument",
    method: "GET",
    path: "/openapi.json",
    access: "public",
    isForAll: true,
    summary: "This document",
    description: "This document. It may be cached and read from any origin.",
    replies: {
      200: {
        description: "OpenAPI 3.1",
        schema: z
          .looseObject({ openapi: z.string().meta({ examples: ["3.1.0"] }) })
          .meta({ id: "OpenApi" }),
      },
    },
    problems: [],
  } as const satisfies RouteContract;
  let body: Record<string, unknown> | undefined;
  return route(contract, async () => {
    body ??= openApiDocument([...contracts, contract], issuers);
    return done({ status: 200, body });
  });
}
