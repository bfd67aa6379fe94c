import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import { doOnce, type OnceDeps } from "../../../shared/operations/admission/do-once.ts";
import {
  giveUpParked,
  listParked,
  type ParkedDeps,
  retryParked,
  stateOf,
} from "../../../shared/operations/settling/parked.ts";
import type { Run, RunRecords } from "../../../shared/operations/whole/run.ts";
import { route } from "../../edge/route.ts";
import { shape } from "../../edge/shape.ts";
import { OperationShape, showParked, showRun } from "./operation-shapes.ts";

/** Operations that nobody could end, for operators: what they are, to be tried again or given up. */

const OperationListShape = shape(() =>
  z.strictObject({ items: z.array(OperationShape()) }).meta({ id: "OperationList" }),
);

const RetriedShape = shape(() =>
  z
    .strictObject({
      id: z.guid(),
      outcome: z
        .enum(["finished", "undone", "waiting", "parked"])
        .describe(
          "`waiting`: it is being tried, or has ended since; `parked`: what stood in the way still does",
        ),
    })
    .meta({ id: "RetriedOperation" }),
);

const Query = z.strictObject({
  state: z
    .enum(["running", "done", "cancelled", "parked"])
    .optional()
    .transform((state) => state ?? "parked")
    .meta({ description: "Which operations (parked)" }),
});

export const adminOperationsList = (
  deps: Pick<ParkedDeps, "journal"> & { readonly runs: Pick<RunRecords, "list"> },
) =>
  route(
    {
      name: "admin-operations-list",
      operationId: "listOperations",
      method: "GET",
      path: "/admin/operations",
      access: "operator",
      summary:
        "List operations that nobody could end, or those on whole subscriptions by their state",
      description:
        "`parked`: changes that could be neither carried out nor undone, and operations on whole subscriptions that were set aside; they wait for an operator. The first are tried again or given up; the second are asked for again. Otherwise operations on whole subscriptions: those under way, and those that have ended within 30 days. Oldest first.",
      query: Query,
      replies: { 200: { description: "What is so", schema: OperationListShape } },
      problems: [],
    },
    async ({ query: { state } }) => {
      const runs: Run[] = [];
      for await (const run of deps.runs.list()) if (run.state === state) runs.push(run);
      const parked = state === "parked" ? await listParked(deps) : [];
      const oldest = runs.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
      return done({
        status: 200,
        body: { items: [...parked.map(showParked), ...oldest.map(showRun)] },
      });
    },
  );

export const adminOperationsRetry = (deps: ParkedDeps & OnceDeps) =>
  route(
    {
      name: "admin-operations-retry",
      operationId: "retryOperation",
      method: "POST",
      path: "/admin/operations/{id}/retry",
      access: "operator",
      summary: "Try again to end an operation, once what stood in its way has been mended",
      description:
        "Tries once more to carry the change out or to undo it, after what stood in its way has been mended.",
      accepts: ["Idempotency-Key"],
      replies: { 200: { description: "What that came to", schema: RetriedShape } },
      problems: [
        "not-found",
        "operation-not-found",
        "client-busy",
        "request-in-progress",
        "idempotency-key-reused",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, idempotency }) => {
      const retried = await doOnce(
        deps,
        { operator: caller.id, idempotency, idOf: () => id },
        () => retryParked(deps, id, by),
        async () => done(await stateOf(deps, id)),
      );
      return retried.ok
        ? done({
            status: 200,
            body: { id, outcome: retried.value },
            replayed: retried.replayed,
          })
        : retried;
    },
  );

export const adminOperationsGiveUp = (deps: ParkedDeps & OnceDeps) =>
  route(
    {
      name: "admin-operations-give-up",
      operationId: "giveUpOperation",
      method: "POST",
      path: "/admin/operations/{id}/give-up",
      access: "operator",
      summary: "End an operation as if it had not been asked for",
      description:
        "Ends the change as if it had not been asked for. What the directory has of it stays there.",
      accepts: ["Idempotency-Key"],
      replies: { 204: { description: "Given up" } },
      problems: [
        "not-found",
        "operation-not-found",
        "client-busy",
        "request-in-progress",
        "idempotency-key-reused",
      ],
    },
    async ({ caller, by, id, idempotency }) => {
      const given = await doOnce(
        deps,
        { operator: caller.id, idempotency, idOf: () => id },
        () => giveUpParked(deps, id, by),
        async () => done(undefined),
      );
      return given.ok ? done({ status: 204, replayed: given.replayed }) : given;
    },
  );
