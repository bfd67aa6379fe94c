import rhea, { type Typed } from "rhea";
import * as z from "zod";

/**
 * rhea's codec, narrowed: its own declarations are mostly `any`, so every value that comes out of it is `unknown` here until
 * a schema has looked at it. The sockets are in `wire.ts`; nothing else touches rhea.
 */

const codec: {
  readonly Reader: new (buffer: Buffer) => { position: number; remaining(): number; read(): Typed };
  readonly Writer: new () => { write(value: Typed): void; toBuffer(): Buffer };
  // Reader and Writer exist at run time (rhea/lib/types.js) but are missing from the declared interface of `types`.
} = Object.assign(Object.create(null), rhea.types);

const { types, message } = rhea;

export type AmqpValue = Typed;

export const amqp = {
  int: (value: number): AmqpValue => types.wrap_int(value),
  uint: (value: number): AmqpValue => types.wrap_uint(value),
  long: (value: number): AmqpValue => types.wrap_long(value),
  string: (value: string): AmqpValue => types.wrap_string(value),
  symbol: (value: string): AmqpValue => types.wrap_symbol(value),
  timestamp: (epochMs: number): AmqpValue => types.wrap_timestamp(epochMs),
  uuid: (value: Buffer): AmqpValue => types.wrap_uuid(value),
  list: (values: readonly unknown[]): AmqpValue => types.wrap_list([...values]),
  map: (entries: Readonly<Record<string, unknown>>): AmqpValue => types.wrap_map(entries),
  longs: (values: readonly number[]): AmqpValue => types.wrap_array(values, 0x81, undefined),
  timestamps: (values: readonly number[]): AmqpValue => types.wrap_array(values, 0x83, undefined),
  /** A value under a numeric descriptor, as Service Bus describes rules. */
  described: (descriptor: number, value: AmqpValue): AmqpValue =>
    types.described(types.wrap_ulong(descriptor), value),
  wrap: (value: unknown): AmqpValue => types.wrap(value),
};

/** One section of an encoded message: its descriptor code, its bytes as they came, and its decoded value. */
export interface Section {
  readonly code: number;
  readonly bytes: Buffer;
  readonly value: unknown;
}

const describedValue = z.object({
  descriptor: z.object({ value: z.number() }),
  value: z.unknown(),
});

/** @throws when the bytes are no AMQP message. */
export function readSections(encoded: Buffer): Section[] {
  const reader = new codec.Reader(encoded);
  const sections: Section[] = [];
  while (reader.remaining() > 0) {
    const start = reader.position;
    const { descriptor, value } = describedValue.parse(reader.read());
    sections.push({
      code: descriptor.value,
      bytes: encoded.subarray(start, reader.position),
      value,
    });
  }
  return sections;
}

export function writeSection(code: number, value: AmqpValue): Buffer {
  const writer = new codec.Writer();
  writer.write(amqp.described(code, value));
  return writer.toBuffer();
}

const typed = z.custom<Typed>((value) => typeof value === "object" && value !== null);

/** The entries of a decoded map, each value still with its AMQP type, so that a long stays a long. */
export function mapEntries(map: { readonly value: unknown } | undefined): [string, AmqpValue][] {
  if (!Array.isArray(map?.value)) return [];
  const flat = z.array(typed).parse(map.value);
  const entries: [string, AmqpValue][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const [key, value] = [flat[at], flat[at + 1]];
    if (key && value) entries.push([String(key.value), value]);
  }
  return entries;
}

/** AMQP has two encodings of a boolean; the one in a byte of its own, as Python writes it, rhea reads as 1 and 0. */
const BOOLEAN = 0x56;

export function isTrue(value: AmqpValue | undefined): boolean {
  return Boolean(value?.value);
}

/** What a filter compares: a value without its AMQP type. */
export function plainValue(value: AmqpValue): unknown {
  return value.type.typecode === BOOLEAN ? isTrue(value) : value.value;
}

/** How many bytes a value takes on the wire, its type code included. */
export function writtenLength(value: AmqpValue): number {
  const writer = new codec.Writer();
  writer.write(value);
  return writer.toBuffer().length;
}

/** Of a decoded list, one field with its AMQP type; absent when it is null or left out. */
export function listField(list: unknown, at: number): AmqpValue | undefined {
  const fields = z.array(z.unknown()).safeParse(list);
  const field = typed.safeParse(fields.data?.[at]);
  return field.success && (field.data.value ?? null) !== null ? field.data : undefined;
}

/** A map of typed values; keys are symbols in annotations and strings in application properties. */
export function writeMap(entries: Iterable<[string, AmqpValue]>, keys: "symbol" | "string") {
  const wrapKey = keys === "symbol" ? types.wrap_symbol : types.wrap_string;
  return types.wrap_map(Object.fromEntries(entries), wrapKey);
}

const decoded = z.record(z.string(), z.unknown());

/** The whole message as plain values, in rhea's snake_case. */
export function decodeMessage(encoded: Buffer): Record<string, unknown> {
  return decoded.parse({ ...message.decode(encoded) });
}

export function encodeMessage(fields: Readonly<Record<string, unknown>>): Buffer {
  return message.encode(fields);
}

/** The data sections of a batch (message format 0x80013700); each is an encoded message. */
export function batchedMessages(encoded: Buffer): Buffer[] {
  return readSections(encoded)
    .filter((section) => section.code === 0x75)
    .map((section) => z.instanceof(Buffer).parse(section.value));
}
