import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import type { Runtime } from "../../../shared/base/runtime.ts";
import { route } from "../../edge/route.ts";
import { shape } from "../../edge/shape.ts";

const Health = shape(() => z.strictObject({ status: z.literal("ok") }).meta({ id: "Health" }));

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
  readonly runtime: Pick<Runtime, "now" | "pause">;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Anybody may ask, as often as they like, and a look takes five queries and four links of the connection that changes are told
 * over: so there is one a second at most, for all who have asked before it began. It is of no time before they asked.
 */
function sharedLook({ checks, runtime }: ReadyDeps): () => Promise<unknown> {
  let lastAt = 0;
  let coming: Promise<unknown> | undefined;
  const look = async (): Promise<unknown> => {
    const sinceMs = runtime.now().getTime() - lastAt;
    await runtime.pause(sinceMs >= 0 ? Math.max(0, LOOK_EVERY_MS - sinceMs) : LOOK_EVERY_MS);
    lastAt = runtime.now().getTime();
    coming = undefined;
    return Promise.all(checks.map((check) => check()));
  };
  return () => {
    coming ??= look();
    return coming;
  };
}

/** No directory call: the directory is shared with everybody, and a probe every few seconds must not use up its budget. */
export const healthReady = (deps: ReadyDeps) => {
  const look = sharedLook(deps);
  return route(
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
      await look();
      return done({ status: 200, body: { status: "ok" } });
    },
  );
};
