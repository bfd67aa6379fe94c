import * as z from "zod";
import { OperationKind } from "../../../shared/events/operation-kind.ts";
import { RunKind } from "../../../shared/events/subscription-run.ts";
import type { ParkedOperation } from "../../../shared/operations/admission/ports.ts";
import type { Run } from "../../../shared/operations/whole/run.ts";
import { type Shaped, shape } from "../../edge/shape.ts";

/** What operators see of an operation: one that nobody could end, or one that takes long. */
export const OperationShape = shape(() =>
  z
    .strictObject({
      id: z.guid().describe("The operation; it is in the log and in the alert"),
      kind: z.enum([...OperationKind.options, ...RunKind.options]),
      state: z.enum(["running", "done", "cancelled", "parked"]),
      done: z.int().min(0).describe("How many clients are as they are to be"),
      total: z.int().min(0).describe("Of how many, as far as they have been counted"),
      errors: z.array(
        z
          .strictObject({
            clientId: z.guid().optional().describe("Absent for a create that made nothing"),
            problem: z
              .string()
              .max(200)
              .describe("Why it could not be done")
              .meta({ examples: ["client-not-managed"] }),
          })
          .meta({ id: "OperationError" }),
      ),
      subscription: z
        .string()
        .max(128)
        .meta({ examples: ["contoso"] }),
      createdAt: z.iso.datetime(),
      deleteAt: z.iso
        .datetime()
        .optional()
        .describe("Of an offboarding: from when on clients are deleted, unless it is called off"),
      stopped: z
        .boolean()
        .optional()
        .describe(
          "Of an offboarding: all clients are stopped; `done` counts those that are deleted",
        ),
      endedAt: z.iso.datetime().optional().describe("When it ended; absent while it is running"),
      parkedAt: z.iso.datetime().optional().describe("When it was set aside"),
    })
    .meta({ id: "Operation" }),
);

export const showParked = (parked: ParkedOperation): Shaped<typeof OperationShape> => ({
  id: parked.operationId,
  kind: parked.kind,
  state: "parked",
  done: 0,
  total: 1,
  errors: [
    { ...(parked.clientId !== undefined && { clientId: parked.clientId }), problem: parked.reason },
  ],
  subscription: parked.subscription,
  createdAt: parked.startedAt.toISOString(),
  parkedAt: parked.parkedAt.toISOString(),
});

export const showRun = (run: Run): Shaped<typeof OperationShape> => ({
  id: run.operationId,
  kind: run.kind,
  state: run.state,
  done: run.done,
  total: run.total,
  errors: run.errors.map(({ clientId, problem }) => ({ clientId, problem })),
  subscription: run.subscription,
  createdAt: run.createdAt.toISOString(),
  ...(run.deleteAt && { deleteAt: run.deleteAt.toISOString() }),
  ...(run.stopped && { stopped: true }),
  ...(run.endedAt && { endedAt: run.endedAt.toISOString() }),
});
