import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import { type RouteContract, route } from "../../edge/route.ts";
import { shape } from "../../edge/shape.ts";
import type { Issuers } from "../../openapi/about.ts";

/** The document is made once, by a part of the bundle that the first who asks has loaded: it depends on the routes and settings alone. */
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
        schema: shape(() =>
          z
            .looseObject({ openapi: z.string().meta({ examples: ["3.1.0"] }) })
            .meta({ id: "OpenApi" }),
        ),
      },
    },
    problems: [],
  } as const satisfies RouteContract;
  let body: Record<string, unknown> | undefined;
  return route(contract, async () => {
    const { openApiDocument } = await import("../../openapi/document.ts");
    body ??= openApiDocument([...contracts, contract], issuers);
    return done({ status: 200, body });
  });
}
