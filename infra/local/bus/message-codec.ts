import * as z from "zod";
import {
  type AmqpValue,
  amqp,
  decodeMessage,
  mapEntries,
  plainValue,
  readSections,
  type Section,
  writeMap,
  writeSection,
} from "./amqp.ts";
import { BusError } from "./bus-error.ts";
import { demandIds, demandProperties, SURELY_SMALL } from "./limits.ts";
import type { Changes } from "./link.ts";

/**
 * Reads what the broker must know of a message and writes what it adds, leaving every other byte as the sender made it.
 * Section codes: AMQP 1.0 part 3, §3.2. Annotation names: Service Bus AMQP protocol guide, "Message annotations".
 */
const HEADER = 0x70;
/** Those of the sender end at this hop; the broker writes its own. */
const DELIVERY_ANNOTATIONS = 0x71;
const MESSAGE_ANNOTATIONS = 0x72;
const PROPERTIES = 0x73;
const APPLICATION_PROPERTIES = 0x74;

export type Properties = Readonly<Record<string, unknown>>;

const identifier = z
  .union([z.string(), z.number(), z.instanceof(Buffer)])
  .transform((id) => (Buffer.isBuffer(id) ? id.toString("hex") : String(id)));

const facts = z.object({
  message_id: identifier.optional(),
  correlation_id: identifier.optional(),
  ttl: z.number().optional(),
  subject: z.string().optional(),
  to: z.string().optional(),
  reply_to: z.string().optional(),
  group_id: z.string().optional(),
  reply_to_group_id: z.string().optional(),
  content_type: z.string().optional(),
  message_annotations: z
    .object({
      "x-opt-scheduled-enqueue-time": z.union([z.date(), z.number()]).nullish(),
      "x-opt-partition-key": z.string().nullish(),
    })
    .optional(),
});

/** What rules match on and what the broker decides by. */
export interface MessageFacts {
  readonly messageId: string | undefined;
  readonly ttl: number | undefined;
  /** Epoch milliseconds. */
  readonly scheduledFor: number | undefined;
  /** By their names in SQL filters, lower case. */
  readonly system: Readonly<Record<string, string | undefined>>;
  /** Read when a rule asks for them: a queue has none. */
  readonly properties: () => Properties;
}

/** @throws BusError `amqp:decode-error` when the bytes are no AMQP message, or as `limits.ts` says */
export function readFacts(encoded: Buffer): MessageFacts {
  const parsed = facts.safeParse(decode(encoded));
  if (!parsed.success) {
    throw new BusError("amqp:decode-error", "The message cannot be read.", { cause: parsed.error });
  }
  const message = parsed.data;
  const annotations = message.message_annotations;
  const scheduled = annotations?.["x-opt-scheduled-enqueue-time"] ?? undefined;
  const partitionKey = annotations?.["x-opt-partition-key"] ?? undefined;
  demandIds({ messageId: message.message_id, sessionId: message.group_id, partitionKey });
  if (encoded.length > SURELY_SMALL) demandProperties(readSections(encoded));
  return {
    messageId: message.message_id,
    ttl: message.ttl,
    scheduledFor: scheduled === undefined ? undefined : Number(scheduled),
    system: {
      messageid: message.message_id,
      correlationid: message.correlation_id,
      label: message.subject,
      subject: message.subject,
      to: message.to,
      replyto: message.reply_to,
      sessionid: message.group_id,
      replytosessionid: message.reply_to_group_id,
      contenttype: message.content_type,
    },
    properties: () => {
      const section = find(readSections(encoded), APPLICATION_PROPERTIES);
      const entries = mapEntries(section).map(([name, value]) => [name, plainValue(value)]);
      return Object.fromEntries(entries);
    },
  };
}

function decode(encoded: Buffer): Record<string, unknown> {
  try {
    return decodeMessage(encoded);
  } catch (cause) {
    throw new BusError("amqp:decode-error", "The message cannot be read.", { cause });
  }
}

/** Everything the broker says about a message when it hands it out. */
export interface Stamp {
  readonly deliveryCount: number;
  readonly ttl: number | undefined;
  readonly annotations: Readonly<Record<string, AmqpValue>>;
  /** Go's SDK finds the lock of a deferred message nowhere else. */
  readonly lockToken: AmqpValue | undefined;
}

/** The message as a receiver gets it: the sender's bytes, with header and annotations brought up to date. */
export function stamp(encodedBase64: string, said: Stamp): Buffer {
  const { deliveryCount, ttl, annotations, lockToken } = said;
  const sections = readSections(Buffer.from(encodedBase64, "base64"));
  // durable, priority, ttl, first-acquirer, delivery-count
  const header = listFields(find(sections, HEADER));
  header[2] = ttl === undefined ? (header[2] ?? null) : amqp.uint(ttl);
  header[4] = amqp.uint(deliveryCount);
  const merged = new Map(mapEntries(find(sections, MESSAGE_ANNOTATIONS)));
  for (const [name, value] of Object.entries(annotations)) merged.set(name, value);
  return Buffer.concat([
    writeSection(HEADER, amqp.list(Array.from({ length: 5 }, (_, at) => header[at] ?? null))),
    ...(lockToken
      ? [writeSection(DELIVERY_ANNOTATIONS, writeMap([["x-opt-lock-token", lockToken]], "symbol"))]
      : []),
    writeSection(MESSAGE_ANNOTATIONS, writeMap(merged, "symbol")),
    ...bytesOf(sections, PROPERTIES),
  ]);
}

/**
 * Adds or replaces application properties; all other sections keep their bytes. Base64 in, base64 out.
 *
 * @throws BusError `amqp:internal-error` when they become too large
 */
export function withApplicationProperties(encodedBase64: string, changes: Changes): string {
  const sections = readSections(Buffer.from(encodedBase64, "base64"));
  const merged = new Map(mapEntries(find(sections, APPLICATION_PROPERTIES)));
  for (const [name, value] of changes) {
    if (value.value !== null) merged.set(name, value);
  }
  const written = Buffer.concat([
    ...bytesOf(sections, HEADER, PROPERTIES),
    writeSection(APPLICATION_PROPERTIES, writeMap(merged, "string")),
    ...bytesOf(sections, APPLICATION_PROPERTIES + 1),
  ]);
  if (written.length > SURELY_SMALL) demandProperties(readSections(written));
  return written.toString("base64");
}

/** Azure names a message whose sender did not, and the SDK's lock renewal counts on that. */
export function withMessageId(encoded: Buffer, id: string): Buffer {
  const sections = readSections(encoded);
  const fields = listFields(find(sections, PROPERTIES));
  fields[0] = amqp.string(id);
  return Buffer.concat([
    ...bytesOf(sections, HEADER, PROPERTIES - 1),
    writeSection(PROPERTIES, amqp.list(fields)),
    ...bytesOf(sections, PROPERTIES + 1),
  ]);
}

/** Peek may ask for messages without their bodies. */
export function withoutBody(encoded: Buffer): Buffer {
  return Buffer.concat(bytesOf(readSections(encoded), HEADER, APPLICATION_PROPERTIES));
}

function find(sections: readonly Section[], code: number): Section | undefined {
  return sections.find((section) => section.code === code);
}

function bytesOf(sections: readonly Section[], from: number, to = Number.MAX_SAFE_INTEGER) {
  return sections.filter(({ code }) => code >= from && code <= to).map(({ bytes }) => bytes);
}

/** The fields of a list section, still typed; trailing ones may be missing. */
function listFields(section: Section | undefined): unknown[] {
  return section ? [...z.array(z.unknown()).parse(section.value)] : [];
}
