import * as z from "zod";

/**
 * Who did something, as far as it is proven: by a token (`customer` and `operator` for a person, `client` for an app that acts
 * for itself), by what the directory shows (`directory`), or the service of its own accord (`service`).
 */
export const Actor = z.object({
  kind: z.enum(["customer", "operator", "client", "service", "directory"]),
  /** `iss` of the token: a subject is somebody only together with it. */
  issuer: z.string().optional(),
  /** `oid` of the token, `sub` where it has none. */
  subject: z.string().optional(),
  /** As people read it; its bearer may have chosen it. Goes into what administrators see, never into logs. */
  displayName: z.string().optional(),
});
export type Actor = Readonly<z.infer<typeof Actor>>;

/** Who asked for a change, and in which request; a change carries it from its admission to its end. */
export const By = z.object({
  actor: Actor,
  /** The invocation: the log line and the answer's `instance` have it too. */
  requestId: z.string().optional(),
});
export type By = Readonly<z.infer<typeof By>>;

/** Rows that were written before anybody was noted: only customers' changes have rows. */
export const SOME_CUSTOMER: By = { actor: { kind: "customer" } };

/** What nobody asked for: a timer, or a message that came due. */
export const THE_SERVICE: By = { actor: { kind: "service" } };
