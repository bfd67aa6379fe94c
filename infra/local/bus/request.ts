import * as z from "zod";
import { amqp, decodeMessage, encodeMessage } from "./amqp.ts";
import { BusError } from "./bus-error.ts";

/** A request to `$cbs` or a management node: `operation` in the application properties, arguments in the body. */
const request = z.object({
  message_id: z.union([z.string(), z.number(), z.instanceof(Buffer)]),
  reply_to: z.string(),
  body: z.unknown(),
  application_properties: z.looseObject({ operation: z.string() }),
});
export interface Request {
  readonly id: string | number | Buffer;
  readonly replyTo: string;
  readonly operation: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** @throws BusError `amqp:decode-error` */
export function readRequest(encoded: Buffer): Request {
  const parsed = request.safeParse(decodeMessage(encoded));
  if (!parsed.success) {
    throw new BusError("amqp:decode-error", "The request cannot be read.", { cause: parsed.error });
  }
  const { message_id: id, reply_to: replyTo, application_properties: properties } = parsed.data;
  return { id, replyTo, operation: properties.operation, properties, body: parsed.data.body };
}

export interface Reply {
  readonly status: number;
  readonly description: string;
  readonly condition?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export function failure(error: BusError): Reply {
  return { status: error.status, description: error.message, condition: error.condition };
}

/** `$cbs` writes its status with dashes, the management node in camel case. */
export function encodeReply(to: Request, reply: Reply, node: "cbs" | "management"): Buffer {
  const names =
    node === "cbs"
      ? (["status-code", "status-description", "error-condition"] as const)
      : (["statusCode", "statusDescription", "errorCondition"] as const);
  const [status, description, condition] = names;
  return encodeMessage({
    correlation_id: to.id,
    application_properties: {
      [status]: amqp.int(reply.status),
      [description]: reply.description,
      ...(reply.condition === undefined ? {} : { [condition]: amqp.symbol(reply.condition) }),
    },
    body: amqp.map(reply.body ?? {}),
  });
}

/** @throws BusError `argument-error` naming the arguments that are wrong */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new BusError("com.microsoft:argument-error", z.prettifyError(parsed.error), {
    cause: parsed.error,
  });
}
