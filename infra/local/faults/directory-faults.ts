import * as z from "zod";
import { share } from "./share.ts";

/** What can go wrong with the directory: Graph, and the token endpoint in front of it. Any of them together. */
export const directoryFaults = z.strictObject({
  /** Added to every Graph and token answer. */
  latencyMs: z.int().min(0).optional(),
  /** For so long after its creation an application or service principal answers 404 and is missing from lists. */
  createLagMs: z.int().min(0).optional(),
  /** For so long after its creation an object is missing from lists, while a read by its id shows it. */
  listLagMs: z.int().min(0).optional(),
  /** Every list begins with so many empty pages, each with an `@odata.nextLink`. */
  emptyPages: z.int().min(1).max(100).optional(),
  /**
   * Replicas that disagree: an app role assignment younger than this is shown by the first list that is read, not by the
   * second, again by the third, and so on.
   */
  replicaLagMs: z.int().min(0).optional(),
  /** 429; `Retry-After` only when `retryAfterSeconds` is given, as an HTTP date with `retryAfterDate`. */
  throttle: z
    .strictObject({
      share,
      retryAfterSeconds: z.int().min(0).optional(),
      retryAfterDate: z.boolean().optional(),
    })
    .optional(),
  /** Before anything was changed: 5xx, or the 404 of a replica that cannot read its tenant, whatever was asked. */
  serverError: z
    .strictObject({
      share,
      status: z.literal([404, 500, 502, 503, 504]),
    })
    .optional(),
  /** The change is made, then the connection is cut: the caller never learns the id. Writes only. */
  cutAfterCommit: z.strictObject({ share }).optional(),
  /**
   * A Graph request is taken and never answered: before anything was done, or with `afterCommit` once it is done. The
   * connection stays open until the caller closes it.
   */
  silence: z.strictObject({ share, afterCommit: z.boolean().default(false) }).optional(),
  /**
   * A good answer of Graph (2xx; a write's after the change was made) that cannot be read. `cut`: half of it, then the
   * connection breaks. `truncated`: half of it, as if that were all. `empty`: no body. `html`: 200 with a page, as of a proxy.
   * `shape`: JSON that has nothing to do with what was asked.
   */
  mangled: z
    .strictObject({ share, how: z.enum(["cut", "truncated", "empty", "html", "shape"]) })
    .optional(),
  /**
   * 403 `Authorization_RequestDenied` to every change that an application asks of these registrations, named by object id or app
   * id: somebody took the ownership away. Reads stay allowed, as they do with `Application.ReadWrite.OwnedBy`.
   */
  lostOwnership: z.union([z.literal("all"), z.array(z.guid()).min(1)]).optional(),
  /** 400 to a registration whose name contains one of these words, in any case of letters and for every audience. */
  refusedNames: z.array(z.string().min(1)).min(1).optional(),
  /** 403 `Directory_QuotaExceeded` to every new application or service principal. */
  quotaExceeded: z.boolean().optional(),
  /**
   * 401 to every token of an application that was issued before this was set. `challenge`: with the claims challenge of continuous
   * access evaluation, and only a token that was asked for with its claims will do. Administrators' tokens stay good.
   */
  tokensRevoked: z.enum(["plain", "challenge"]).optional(),
  /** The token endpoints answer 503, 429 with a minute's pause, take requests and never answer, or answer 200 with a page. */
  tokenEndpoint: z.enum(["unavailable", "throttled", "silent", "html"]).optional(),
  /** For so long after it was made a secret is unknown to the token endpoints; Graph shows it at once. */
  secretLagMs: z.int().min(0).optional(),
  /** `addPassword` calls that overlap on one application all answer 200, but only the last one's credential is kept. */
  loseParallelPasswords: z.boolean().optional(),
  /** The real limit for the personal-account audience is 60; unlimited unless set. */
  writesPerMinute: z.int().min(1).optional(),
});
export type DirectoryFaults = z.infer<typeof directoryFaults>;
