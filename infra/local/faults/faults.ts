import * as z from "zod";
import { directoryFaults } from "./directory-faults.ts";
import { share } from "./share.ts";

const wireFaults = z.strictObject({
  latencyMs: z.int().min(0).optional(),
  cutAfterCommit: z.strictObject({ share }).optional(),
  /** Connections are accepted, and nothing that is asked is done or answered. */
  hang: z.boolean().optional(),
});

const tableFaults = wireFaults.extend({
  /** These tables do not exist: 404 `TableNotFound`. Their rows are back when the fault is cleared. */
  missing: z.array(z.string().min(1)).optional(),
  /** The service's role on the storage account was removed: 403. */
  forbidden: z.boolean().optional(),
});

/** What the fault endpoint takes with PUT (replacing all) and shows with GET. `{}` is a healthy cloud. */
export const Faults = z.strictObject({
  /** Its own list: directory-faults.ts. */
  directory: z.union([z.literal("down"), directoryFaults]).optional(),
  bus: z.union([z.literal("down"), wireFaults]).optional(),
  tables: z.union([z.literal("down"), tableFaults]).optional(),
  /**
   * The inbox's channels: a share of deliveries is refused with 503. Or the mail service has the limits of its domain, one that
   * Azure manages (5 a minute, 10 an hour) or one's own (30 and 100): 429 with `Retry-After`; refused attempts count.
   */
  inbox: z
    .union([
      z.strictObject({ mailLimits: z.enum(["azure-managed", "custom"]) }),
      z.strictObject({ share }),
    ])
    .optional(),
});
export type Faults = z.infer<typeof Faults>;
export type { DirectoryFaults } from "./directory-faults.ts";
