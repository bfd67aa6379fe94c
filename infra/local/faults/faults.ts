import * as z from "zod";

/** Of all calls, how many are hit: 1 is every one. Chosen by a seeded generator, so that a run can be repeated. */
const share = z.number().min(0).max(1).default(1);

const directoryFaults = z.strictObject({
  /** Added to every Graph and token answer. */
  latencyMs: z.int().min(0).optional(),
  /** For so long after its creation an application or service principal answers 404 and is missing from lists. */
  createLagMs: z.int().min(0).optional(),
  /** 429; `Retry-After` only when `retryAfterSeconds` is given. */
  throttle: z.strictObject({ share, retryAfterSeconds: z.int().min(0).optional() }).optional(),
  /** 5xx before anything was changed. */
  serverError: z
    .strictObject({
      share,
      status: z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]),
    })
    .optional(),
  /** The change is made, then the connection is cut: the caller never learns the id. Writes only. */
  cutAfterCommit: z.strictObject({ share }).optional(),
  /** `addPassword` calls that overlap on one application all answer 200, but only the last one's credential is kept. */
  loseParallelPasswords: z.boolean().optional(),
  /** The real limit for the personal-account audience is 60; unlimited unless set. */
  writesPerMinute: z.int().min(1).optional(),
});

const wireFaults = z.strictObject({
  latencyMs: z.int().min(0).optional(),
  cutAfterCommit: z.strictObject({ share }).optional(),
});

/** What the fault endpoint takes with PUT (replacing all) and shows with GET. `{}` is a healthy cloud. */
export const Faults = z.strictObject({
  directory: z.union([z.literal("down"), directoryFaults]).optional(),
  bus: z.union([z.literal("down"), wireFaults]).optional(),
  tables: z.union([z.literal("down"), wireFaults]).optional(),
  /** The inbox's channels: a share of deliveries is refused with 503. */
  inbox: z.strictObject({ share }).optional(),
});
export type Faults = z.infer<typeof Faults>;
export type DirectoryFaults = z.infer<typeof directoryFaults>;
