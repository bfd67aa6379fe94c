import * as z from "zod";
import {
  type AmqpValue,
  amqp,
  decodeMessage,
  encodeMessage,
  listField,
  mapEntries,
  readSections,
} from "./amqp.ts";
import { BusError } from "./bus-error.ts";

/** A request to `$cbs` or a management node: `operation` in the application properties, arguments in the body. */
const request = z.object({
  reply_to: z.string().optional(),
  body: z.unknown(),
  application_properties: z.looseObject({ operation: z.string() }),
});
export interface Request {
  /** With its AMQP type: a uuid is answered as a uuid. */
  readonly id: AmqpValue;
  /** Where the client wants the answer; absent = on its own link from the node it asked. */
  readonly replyTo: string | undefined;
  readonly operation: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** A map in the body, its values with their AMQP types; empty when there is none by that name. */
  map(name: string): ReadonlyMap<string, AmqpValue>;
}

const PROPERTIES = 0x73;
const AMQP_VALUE = 0x77;

/** @throws BusError `amqp:decode-error` */
export function readRequest(encoded: Buffer): Request {
  const { fields, sections } = decode(encoded);
  const parsed = request.safeParse(fields);
  const id = listField(sections.find(({ code }) => code === PROPERTIES)?.value, 0);
  if (!parsed.success || !id) {
    throw new BusError("amqp:decode-error", "The request cannot be read.", { cause: parsed.error });
  }
  const { reply_to: replyTo, application_properties: properties, body } = parsed.data;
  const map = (name: string) => {
    const entries = new Map(mapEntries(sections.find(({ code }) => code === AMQP_VALUE)));
    return new Map(mapEntries(entries.get(name)));
  };
  return { id, replyTo, operation: properties.operation, properties, body, map };
}

function decode(encoded: Buffer) {
  try {
    return { fields: decodeMessage(encoded), sections: readSections(encoded) };
  } catch (cause) {
    throw new BusError("amqp:decode-error", "The request cannot be read.", { cause });
  }
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
