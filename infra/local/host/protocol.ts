import * as z from "zod";

/** What a host tells the process that started it, over IPC. */
export const HostMessage = z.discriminatedUnion("kind", [
  /** Everything listens. */
  z.object({ kind: z.literal("ready"), port: z.int(), functions: z.array(z.string()) }),
  /** A timer or a message has been worked on; HTTP calls are not reported, their callers know. */
  z.object({
    kind: z.literal("invoked"),
    functionName: z.string(),
    invocationId: z.string(),
    succeeded: z.boolean(),
    durationMs: z.number(),
  }),
  /** The answer to `memory`: resident set size in bytes. */
  z.object({ kind: z.literal("memory"), rss: z.number() }),
]);
export type HostMessage = z.infer<typeof HostMessage>;

/** What the host understands. */
export const HostRequest = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("memory") }),
  z.object({ kind: z.literal("stop") }),
]);
export type HostRequest = z.infer<typeof HostRequest>;
