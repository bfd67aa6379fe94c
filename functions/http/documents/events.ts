import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import { asyncApiDocument } from "../../../shared/events/asyncapi.ts";
import { route } from "../../edge/route.ts";

/** The document is made once: it depends on the schemas alone. */
export function eventsDocument() {
  let body: ReturnType<typeof asyncApiDocument> | undefined;
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
          schema: z.looseObject({ asyncapi: z.string() }).meta({ id: "AsyncApi" }),
        },
      },
      problems: [],
    },
    async () => {
      body ??= asyncApiDocument();
      return done({ status: 200, body });
    },
  );
}
