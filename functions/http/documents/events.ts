import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import { route } from "../../edge/route.ts";
import { shape } from "../../edge/shape.ts";

/** The document is made once, by a part of the bundle that the first who asks has loaded: it depends on the schemas alone. */
export function eventsDocument() {
  let body: Record<string, unknown> | undefined;
  return route(
    {
      name: "events",
      operationId: "getEventsDocument",
      method: "GET",
      path: "/events.json",
      access: "public",
      isForAll: true,
      summary: "The events other systems can follow",
      description: "The events of the topic, as an AsyncAPI document.",
      replies: {
        200: {
          description: "AsyncAPI 3.0",
          schema: shape(() => z.looseObject({ asyncapi: z.string() }).meta({ id: "AsyncApi" })),
        },
      },
      problems: [],
    },
    async () => {
      const { asyncApiDocument } = await import("../../../shared/events/asyncapi.ts");
      body ??= asyncApiDocument();
      return done({ status: 200, body });
    },
  );
}
