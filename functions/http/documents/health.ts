import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import { route } from "../../edge/route.ts";

const Health = z.strictObject({ status: z.literal("ok") }).meta({ id: "Health" });

export const healthLive = () =>
  route(
    {
      name: "health-live",
      operationId: "getLiveness",
      method: "GET",
      path: "/health/live",
      access: "public",
      summary: "The process answers",
      description: "Says that the process answers; it calls nothing. For probes that restart it.",
      replies: { 200: { description: "Alive", schema: Health } },
      problems: [],
    },
    async () => done({ status: 200, body: { status: "ok" } }),
  );

export interface ReadyDeps {
  /** Each throws `RemoteUnavailable` when its service is away. */
  readonly checks: readonly (() => Promise<unknown>)[];
}

/** No directory call: the directory is shared with everybody, and a probe every few seconds must not use up its budget. */
export const healthReady = ({ checks }: ReadyDeps) =>
  route(
    {
      name: "health-ready",
      operationId: "getReadiness",
      method: "GET",
      path: "/health/ready",
      access: "public",
      summary: "The records and the bus answer",
      description:
        "Says that every table and every queue answers. For probes that send it traffic.",
      replies: { 200: { description: "Ready", schema: Health } },
      problems: [],
    },
    async () => {
      await Promise.all(checks.map((check) => check()));
      return done({ status: 200, body: { status: "ok" } });
    },
  );
