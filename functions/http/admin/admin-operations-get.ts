import { done, refused } from "../../../shared/base/outcome.ts";
import type { Journal } from "../../../shared/operations/admission/ports.ts";
import type { RunRecords } from "../../../shared/operations/whole/run.ts";
import { route } from "../../edge/route.ts";
import { OperationShape, showParked, showRun } from "./operation-shapes.ts";

export const adminOperationsGet = (deps: {
  readonly runs: Pick<RunRecords, "find">;
  readonly journal: Pick<Journal, "findParked">;
}) =>
  route(
    {
      name: "admin-operations-get",
      operationId: "getOperation",
      method: "GET",
      path: "/admin/operations/{id}",
      access: "operator",
      summary: "How far an operation has come",
      description:
        "One on a whole subscription, for 30 days after its end, or one that nobody could end and waits for an operator.",
      replies: { 200: { description: "The operation", schema: OperationShape } },
      problems: ["not-found", "operation-not-found"],
    },
    async ({ id }) => {
      const found = await deps.runs.find(id);
      if (found) return done({ status: 200, body: showRun(found.run) });
      const parked = await deps.journal.findParked(id);
      return parked
        ? done({ status: 200, body: showParked(parked) })
        : refused({ reason: "operation-not-found" } as const);
    },
  );
