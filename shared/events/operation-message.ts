import * as z from "zod";
import { OperationCheck } from "./operation-check.ts";
import { OperationIncident } from "./operation-incident.ts";

/** Everything that may lie in the queue `operations`. */
export const OperationMessage = z.discriminatedUnion("type", [OperationCheck, OperationIncident]);
export type OperationMessage = z.infer<typeof OperationMessage>;
