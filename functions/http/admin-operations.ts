import * as z from "zod";
import { done } from "../../shared/base/outcome.ts";
import { OperationKind } from "../../shared/events/operation-kind.ts";
import { doOnce, type OnceDeps } from "../../shared/operations/do-once.ts";
import {
  giveUpParked,
  listParked,
  type ParkedDeps,
  retryParked,
  stateOf,
} from "../../shared/operations/parked.ts";
import type { ParkedOperation } from "../../shared/operations/ports.ts";
import { route } from "../edge/route.ts";

/** Operations that nobody could end, for operators: what they are, to be tried again or given up. */

const OperationShape = z
  .strictObject({
    id: z.guid().describe("The operation; it is in the log and in the alert"),
    kind: OperationKind,
    state: z.literal("parked"),
    done: z.int(),
    total: z.int(),
    errors: z.array(
      z.strictObject({
        clientId: z.guid().optional().describe("Absent for a create that made nothing"),
        problem: z.string().describe("Why nobody could end it"),
      }),
    ),
    subscription: z.string(),
    createdAt: z.iso.datetime(),
    parkedAt: z.iso.datetime(),
  })
  .meta({ id: "Operation" });

const OperationListShape = z
  .strictObject({ items: z.array(OperationShape) })
  .meta({ id: "OperationList" });

const RetriedShape = z
  .strictObject({
    id: z.guid(),
    outcome: z
      .enum(["finished", "undone", "waiting", "parked"])
      .describe(
        "`waiting`: it is being tried, or has ended since; `parked`: what stood in the way still does",
      ),
  })
  .meta({ id: "RetriedOperation" });

const show = (parked: ParkedOperation): z.infer<typeof OperationShape> => ({
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

export const adminOperationsList = (deps: Pick<ParkedDeps, "journal">) =>
  route(
    {
      name: "admin-operations-list",
      operationId: "listOperations",
      method: "GET",
      path: "/admin/operations",
      access: "operator",
      summary: "List operations that nobody could end, oldest first",
      description: "Changes that could not be carried out nor undone, and wait for an operator.",
      replies: { 200: { description: "What waits for an operator", schema: OperationListShape } },
      problems: [],
    },
    async () => done({ status: 200, body: { items: (await listParked(deps)).map(show) } }),
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
        { operator: caller.id, clientId: id, idempotency },
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
        { operator: caller.id, clientId: id, idempotency },
        () => giveUpParked(deps, id, by),
        async () => done(undefined),
      );
      return given.ok ? done({ status: 204, replayed: given.replayed }) : given;
    },
  );
